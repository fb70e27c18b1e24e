import type { ZodSchema } from './convert-zod-schema.ts';

/** Whether a value is what the JSON Schema of a coerced type takes. */
export type TakesText = (type: string, text: string) => boolean;

/**
 * A copy of a zod 4 schema in which a coerced type takes only the JSON that its JSON Schema describes. In a union, the check
 * of the whole JSON Schema is not enough: `null` matches `z.union([z.coerce.date(), z.null()])`, but zod tries the date first,
 * and `null` would become a date of 1970. The original is not changed.
 */
export function strictZodUnions(schema: ZodSchema, takesText: TakesText): ZodSchema {
  const copies = new Map<ZodSchema, ZodSchema>();
  const copy = (part: ZodSchema): ZodSchema => {
    const known = copies.get(part);
    if (known !== undefined) return known;
    const made = copyOf(part);
    copies.set(part, made);
    return made;
  };
  const copyOf = (part: ZodSchema): ZodSchema => {
    const { def } = part._zod;
    if (Reflect.get(def, 'coerce') === true) return strictType(part, takesText);
    // A schema can refer to itself in a function, so these are copied when they are used; zod keeps the first result in `def`.
    if (def.type === 'lazy') {
      const { getter } = def as unknown as Lazy;
      let made: ZodSchema | undefined;
      return rebuild(part, { type: 'lazy', getter: () => (made ??= copy(getter())) });
    }
    const changed: Record<string, unknown> = { ...def };
    for (const [key, value] of Object.entries(changed)) changed[key] = copyParts(value, copy);
    if (def.type === 'object') {
      Object.defineProperty(changed, 'shape', {
        get: () => copyShape((def as unknown as ObjectType).shape, copy),
        enumerable: true,
        configurable: true,
      });
    }
    return rebuild(part, changed);
  };
  return copy(schema);
}

interface Lazy {
  readonly getter: () => ZodSchema;
}

interface ObjectType {
  readonly shape: Readonly<Record<string, ZodSchema>>;
}

type Copy = (part: ZodSchema) => ZodSchema;

function isZod(value: unknown): value is ZodSchema {
  return (
    typeof value === 'object' && value !== null && '_zod' in value && 'def' in Object(value._zod)
  );
}

function copyParts(value: unknown, copy: Copy): unknown {
  if (Array.isArray(value)) return value.map((item) => (isZodType(item) ? copy(item) : item));
  return isZodType(value) ? copy(value) : value;
}

/** Checks have a `_zod`, too, but no type. */
function isZodType(value: unknown): value is ZodSchema {
  return isZod(value) && typeof value._zod.def.type === 'string';
}

function copyShape(shape: ObjectType['shape'], copy: Copy): ObjectType['shape'] {
  return Object.fromEntries(Object.entries(shape).map(([key, field]) => [key, copy(field)]));
}

/** A schema of the same class, also of another installed version of zod. */
function rebuild(part: ZodSchema, def: object): ZodSchema {
  const { constr } = part._zod;
  return new constr(def as never) as ZodSchema;
}

function strictType(part: ZodSchema, takesText: TakesText): ZodSchema {
  const { def } = part._zod;
  const strict = rebuild(part, { ...def, coerce: false });
  if (def.type !== 'date' && def.type !== 'bigint') return strict;
  const run: ZodSchema['_zod']['run'] = (payload, context) => {
    const takes = typeof payload.value === 'string' && takesText(def.type, payload.value);
    return (takes ? part : strict)._zod.run(payload, context);
  };
  return Object.create(part, {
    _zod: { value: Object.create(part._zod, { run: { value: run } }) },
  }) as ZodSchema;
}
