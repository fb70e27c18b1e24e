import { SchemaError } from '../../errors.ts';

/**
 * The error for a type that JSON cannot represent; its message names what to use instead.
 * `type` is the library's name for it, such as `date` (zod 4) or `ZodDate` (zod 3).
 */
export function unsupportedType(path: string, type: string, cause?: unknown): SchemaError {
  const name = type.replace(/^Zod/, '').toLowerCase();
  const hint = hints[name] ?? 'Use a JSON type with .transform().';
  return new SchemaError(path, `JSON has no ${names[name] ?? name}. ${hint}`, { cause });
}

/** The error for a zod schema that is part of a schema of another version of zod. */
export function mixedVersions(path: string, part: string, whole: string): SchemaError {
  return new SchemaError(
    path,
    `this is a schema of ${part} inside a schema of ${whole}. Import \`z\` from the same version of zod everywhere.`,
  );
}

/** Whether this is a zod type that no JSON value can satisfy. */
export function isUnsupportedType(type: string): boolean {
  return Object.hasOwn(hints, type.replace(/^Zod/, '').toLowerCase());
}

const names: Readonly<Record<string, string>> = {
  bigint: 'big integer',
  custom: 'custom type',
  nan: 'NaN',
  transform: 'type for a value that only a transform describes',
};

const hints: Readonly<Record<string, string>> = {
  bigint: 'Use z.coerce.bigint(), which takes a string of digits.',
  custom: 'Use a JSON type with .refine() or .transform().',
  date: 'Use z.coerce.date(), which takes an ISO string.',
  file: 'Use z.string() for its path, its URL or its base64 text.',
  function: 'Remove it: a model can only send data.',
  map: 'Use z.record(z.string(), …); add .transform() if you need a Map.',
  nan: 'Use z.number() or z.null().',
  set: 'Use z.array(…); add .transform() if you need a Set.',
  symbol: 'Use z.literal() or z.enum() of strings.',
  transform: 'Start with the input type: z.unknown().transform(…).',
  undefined: 'Use .optional() on the field, or z.null().',
  void: 'Use .optional() on the field, or z.null().',
};
