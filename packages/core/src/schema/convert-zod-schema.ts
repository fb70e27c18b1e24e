import { createRequire } from 'node:module';
import type * as ZodCore from 'zod/v4/core';
import { SchemaError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { toJsonPointer } from './json-pointer.ts';
import { unsupportedType } from './unsupported-types.ts';

/** A zod 4 schema, of `zod`, `zod/v4` or `zod/mini`. */
export type ZodSchema = ZodCore.$ZodType;

/** Whether a value is a zod 4 schema; one of zod 3 has `_def` alone. */
export function isZodSchema(source: object): source is ZodSchema {
  return '_zod' in source;
}

/** What a schema of zod says of itself. */
export interface ConvertedSchema {
  readonly jsonSchema: JsonObject;
  /**
   * Whether it holds functions of the user, which may be asynchronous. Then zod must be asked asynchronously from the
   * start: it tries such a check synchronously first, drops the promise, and if that rejects, Node ends the process.
   */
  readonly holdsFunctions: boolean;
}

/**
 * The JSON Schema (draft-07) of what may come into a zod 4 schema: a field with a default is optional, and of a
 * transform it is what goes in. `z.coerce.date()` takes an ISO string, `z.coerce.bigint()` a string of digits.
 * Throws {@link SchemaError} at the first part that JSON cannot say, with what to use instead.
 */
export function convertZodSchema(schema: ZodSchema): ConvertedSchema {
  try {
    return convert(schema, 'throw');
  } catch (thrown) {
    if (thrown instanceof SchemaError) throw thrown;
    return convertOrExplain(schema, thrown);
  }
}

type ConversionOptions = NonNullable<Parameters<typeof ZodCore.toJSONSchema>[1]>;
type Unrepresentable = NonNullable<ConversionOptions['unrepresentable']>;

function convert(schema: ZodSchema, unrepresentable: Unrepresentable): ConvertedSchema {
  let holdsFunctions = false;
  const options: ConversionOptions = {
    target: 'draft-7',
    io: 'input',
    unrepresentable,
    override: ({ zodSchema, path }) => {
      holdsFunctions ||= hasFunctions(zodSchema);
      // zod says a file as a string, and then takes no string for it.
      if (zodSchema._zod.def.type === 'file') {
        throw unsupportedType(toJsonPointer(path ?? []), 'file');
      }
    },
  };
  // zod's own method: the user's instance does the work, and no other is loaded. `zod/mini` has none.
  const method: unknown = Reflect.get(schema, 'toJSONSchema');
  const converted: unknown =
    typeof method === 'function'
      ? Reflect.apply(method, schema, [options])
      : loadZodCore().toJSONSchema(schema, options);
  return { jsonSchema: JSON.parse(JSON.stringify(converted)) as JsonObject, holdsFunctions };
}

function loadZodCore(): typeof ZodCore {
  return createRequire(import.meta.url)('zod/v4/core') as typeof ZodCore;
}

function hasFunctions(schema: ZodSchema): boolean {
  const { type, checks = [] } = schema._zod.def;
  return (
    ['custom', 'pipe', 'promise', 'transform'].includes(type) ||
    checks.some((check) => !plainChecks.has(check._zod.def.check))
  );
}

/** The checks of zod itself, which answer at once. */
const plainChecks = new Set([
  'bigint_format',
  'greater_than',
  'length_equals',
  'less_than',
  'max_length',
  'max_size',
  'mime_type',
  'min_length',
  'min_size',
  'multiple_of',
  'number_format',
  'overwrite',
  'size_equals',
  'string_format',
]);

/**
 * Converts once more to learn which part it was. A zod that does not know the handler takes it for "say anything";
 * then it is never asked, and the first error stands.
 */
function convertOrExplain(schema: ZodSchema, cause: unknown): ConvertedSchema {
  let wasAsked = false;
  const converted = convert(schema, ({ zodSchema, path, message }) => {
    wasAsked = true;
    const said = describeCoerced(zodSchema);
    if (said !== undefined) return said;
    throw explain(zodSchema._zod.def.type, toJsonPointer(path), message, cause);
  });
  if (wasAsked) return converted;
  const reason = cause instanceof Error ? cause.message : String(cause);
  throw new SchemaError('#', `${reason}. Use a type that JSON has, and transform it.`, { cause });
}

function describeCoerced(schema: ZodSchema): Record<string, unknown> | undefined {
  const { def } = schema._zod;
  if (Reflect.get(def, 'coerce') !== true) return undefined;
  if (def.type === 'date') return { type: 'string', format: 'date-time' };
  return def.type === 'bigint' ? { type: 'string', pattern: '^-?\\d+$' } : undefined;
}

function explain(type: string, path: string, message: string, cause: unknown): SchemaError {
  // The message of zod says more where the type itself is fine and a part of it is not, such as a literal of a bigint.
  if (type === 'literal' || type === 'object' || type === 'number') {
    return new SchemaError(path, `${message}. Use a string or a number.`, { cause });
  }
  return unsupportedType(path, type, cause);
}
