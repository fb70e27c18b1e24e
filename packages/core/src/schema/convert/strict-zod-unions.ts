import type { ZodSchema } from './convert-zod-schema.ts';
import { rebuildZod4, sameClass } from './rebuild-zod-4.ts';

/** Whether a value is what the JSON Schema of a coerced type takes. */
export type TakesText = (type: string, text: string) => boolean;

/**
 * A copy of a zod 4 schema in which a coerced type takes only the JSON that its JSON Schema describes. In a union, the check
 * of the whole JSON Schema is not enough: `null` matches `z.union([z.coerce.date(), z.null()])`, but zod tries the date first,
 * and `null` would become a date of 1970. The original is not changed.
 */
export function strictZodUnions(schema: ZodSchema, takesText: TakesText): ZodSchema {
  return rebuildZod4(schema, (part) =>
    Reflect.get(part._zod.def, 'coerce') === true ? strictType(part, takesText) : undefined,
  );
}

function strictType(part: ZodSchema, takesText: TakesText): ZodSchema {
  const { def } = part._zod;
  const strict = sameClass(part, { ...def, coerce: false });
  if (def.type !== 'date' && def.type !== 'bigint') return strict;
  const run: ZodSchema['_zod']['run'] = (payload, context) => {
    const takes = typeof payload.value === 'string' && takesText(def.type, payload.value);
    return (takes ? part : strict)._zod.run(payload, context);
  };
  return Object.create(part, {
    _zod: { value: Object.create(part._zod, { run: { value: run } }) },
  }) as ZodSchema;
}
