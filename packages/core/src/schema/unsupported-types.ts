import { SchemaError } from '../errors.ts';

/**
 * The error for a type that JSON has no word for, with what to use in its place.
 * `type` is the library's own name of it, such as `date` of zod 4 or `ZodDate` of zod 3.
 */
export function unsupportedType(path: string, type: string, cause?: unknown): SchemaError {
  const name = type.replace(/^Zod/, '').toLowerCase();
  const cure = cures[name] ?? 'Use a type that JSON has, and transform it.';
  return new SchemaError(path, `JSON has no ${names[name] ?? name}. ${cure}`, { cause });
}

/** Whether zod has a type of that name which no JSON value can satisfy. */
export function isUnsupportedType(type: string): boolean {
  return Object.hasOwn(cures, type.replace(/^Zod/, '').toLowerCase());
}

const names: Readonly<Record<string, string>> = {
  bigint: 'big integer',
  custom: 'custom type',
  nan: 'NaN',
  transform: 'value that only a transform describes',
};

const cures: Readonly<Record<string, string>> = {
  bigint: 'Use z.coerce.bigint(), which takes its digits as a string.',
  custom: 'Use a type that JSON has, with .refine() or .transform().',
  date: 'Use z.coerce.date(), which takes an ISO string.',
  file: 'Use z.string() for its path, its URL or its base64 text.',
  function: 'Leave it out: a model can only send data.',
  map: 'Use z.record(z.string(), …), with .transform() where a Map is wanted.',
  nan: 'Use z.number() or z.null().',
  set: 'Use z.array(…), with .transform() where a Set is wanted.',
  symbol: 'Use z.literal() or z.enum() of strings.',
  transform: 'Begin with the type that comes in: z.unknown().transform(…).',
  undefined: 'Use .optional() on the field, or z.null().',
  void: 'Use .optional() on the field, or z.null().',
};
