import type * as ZodCore from 'zod/v4/core';
import { toJSONSchema } from 'zod/v4/core';
import { SchemaError, toError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { digitsPattern } from '../check/guard-coercion.ts';
import { toJsonPointer } from '../json-schema/json-pointer.ts';
import { describePatterns } from './describe-patterns.ts';
import { findZod3Part } from './find-zod-3-part.ts';
import { rebuildZod4, sameClass } from './rebuild-zod-4.ts';
import { mixedVersions, unsupportedType } from './unsupported-types.ts';

/** A zod 4 schema (`zod`, `zod/v4` or `zod/mini`). */
export type ZodSchema = ZodCore.$ZodType;

/** Whether a value is a zod 4 schema. A zod 3 schema has `_def` but not `_zod`. */
export function isZodSchema(source: object): source is ZodSchema {
  return '_zod' in source;
}

/** The result of converting a zod schema. */
export interface ConvertedSchema {
  readonly jsonSchema: JsonObject;
  /**
   * Whether the schema holds functions of the user, which may be asynchronous. If so, always validate with
   * `safeParseAsync`: the synchronous call starts an asynchronous check, drops its promise, and a rejection of that
   * promise ends the Node process.
   */
  readonly holdsFunctions: boolean;
  /** Whether a part of the schema converts values of other types, as `z.coerce.number()` does. */
  readonly coerces: boolean;
  /** Whether it has unions, whose first types could convert a value of another one. */
  readonly hasUnions: boolean;
}

/**
 * The JSON Schema (draft-07) of the input of a zod 4 schema: a field with a default is optional, and a transform is
 * described by its input. `z.coerce.date()` takes an ISO string, `z.coerce.bigint()` a string of digits.
 * Throws {@link SchemaError} at the first part that JSON cannot represent; the message names what to use instead.
 */
export function convertZodSchema(schema: ZodSchema): ConvertedSchema {
  try {
    return convert(schema, 'throw');
  } catch (thrown) {
    if (thrown instanceof SchemaError) throw thrown;
    const foreign = findZod3Part(schema, [], new Set());
    if (foreign !== undefined) throw mixedVersions(toJsonPointer(foreign), 'zod 3', 'zod 4');
    try {
      return convertOrExplain(schema, thrown);
    } catch (again) {
      if (again instanceof SchemaError) throw again;
      return convertWithoutDefaults(schema, again);
    }
  }
}

type ConversionOptions = NonNullable<Parameters<typeof ZodCore.toJSONSchema>[1]>;
type Unrepresentable = NonNullable<ConversionOptions['unrepresentable']>;

function convert(
  schema: ZodSchema,
  unrepresentable: Unrepresentable,
  originals?: ReadonlyMap<ZodSchema, ZodSchema>,
): ConvertedSchema {
  let holdsFunctions = false;
  let coerces = false;
  let hasUnions = false;
  const options: ConversionOptions = {
    target: 'draft-7',
    io: 'input',
    unrepresentable,
    override: ({ zodSchema, path, jsonSchema }) => {
      holdsFunctions ||= hasFunctions(zodSchema);
      coerces ||= Reflect.get(zodSchema._zod.def, 'coerce') === true;
      hasUnions ||= zodSchema._zod.def.type === 'union';
      describePatterns(zodSchema, jsonSchema);
      if (hasNoDefault(zodSchema)) delete jsonSchema.default;
      Object.assign(jsonSchema, descriptionOf(originals?.get(zodSchema)));
      // zod converts a file to a string, but its own check then rejects every string.
      if (zodSchema._zod.def.type === 'file') {
        throw unsupportedType(toJsonPointer(path ?? []), 'file');
      }
    },
  };
  // The schema's own method belongs to the version of zod that the user installed. `zod/mini` has no such method.
  const method: unknown = Reflect.get(schema, 'toJSONSchema');
  const converted: unknown =
    typeof method === 'function'
      ? Reflect.apply(method, schema, [options])
      : toJSONSchema(schema, options);
  return {
    jsonSchema: JSON.parse(JSON.stringify(converted)) as JsonObject,
    holdsFunctions,
    coerces,
    hasUnions,
  };
}

/** The title, description and examples of a schema; `zod/mini` has no method for them. */
function descriptionOf(schema: ZodSchema | undefined): object {
  const meta: unknown = schema === undefined ? undefined : Reflect.get(schema, 'meta');
  if (typeof meta !== 'function') return {};
  const { id: _id, ...texts } = Object(Reflect.apply(meta, schema, [])) as { id?: unknown };
  return texts;
}

function hasFunctions(schema: ZodSchema): boolean {
  const { type, checks = [] } = schema._zod.def;
  return (
    ['custom', 'pipe', 'promise', 'transform'].includes(type) ||
    checks.some((check) => !plainChecks.has(check._zod.def.check))
  );
}

/** zod's own checks; they are synchronous. */
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
 * Converts a second time to find the part that failed. Old versions of zod do not call the handler; then the first
 * error is reported.
 */
function convertOrExplain(schema: ZodSchema, cause: unknown): ConvertedSchema {
  let wasCalled = false;
  const converted = convert(schema, ({ zodSchema, path, message }) => {
    wasCalled = true;
    return describeUnrepresentable(zodSchema, path, message, cause);
  });
  if (wasCalled) return converted;
  throw new SchemaError('#', `${textOf(cause)}. Use a JSON type with .transform().`, { cause });
}

/**
 * Converts a copy without the defaults whose functions throw now: such a field is optional, and only the validation asks for
 * its default.
 */
function convertWithoutDefaults(schema: ZodSchema, cause: unknown): ConvertedSchema {
  const originals = new Map<ZodSchema, ZodSchema>();
  const copy = rebuildZod4(schema, withoutDefault, (made, part) => originals.set(made, part));
  try {
    const explain: Unrepresentable = ({ zodSchema, path, message }) =>
      describeUnrepresentable(zodSchema, path, message, cause);
    return convert(copy, explain, originals);
  } catch (thrown) {
    if (thrown instanceof SchemaError) throw thrown;
    throw new SchemaError('#', `the conversion to JSON Schema threw an error: ${textOf(thrown)}`, {
      cause: thrown,
    });
  }
}

/** Stands for a default that cannot be known. It is removed after the conversion, which needs a value. */
const noDefault = { toJSON: () => null };

function hasNoDefault({ _zod: { def } }: ZodSchema): boolean {
  return Object.getOwnPropertyDescriptor(def, 'defaultValue')?.value === noDefault;
}

function withoutDefault(
  part: ZodSchema,
  copy: (part: ZodSchema) => ZodSchema,
): ZodSchema | undefined {
  const { def } = part._zod;
  if (def.type !== 'default' && def.type !== 'prefault') return undefined;
  try {
    Reflect.get(def, 'defaultValue');
    return undefined;
  } catch {
    const innerType = copy(Reflect.get(def, 'innerType'));
    return sameClass(part, { type: def.type, innerType, defaultValue: noDefault });
  }
}

function textOf(thrown: unknown): string {
  return toError(thrown).message || 'without a message';
}

function describeUnrepresentable(
  schema: ZodSchema,
  path: readonly (string | number)[],
  message: string,
  cause: unknown,
): Record<string, unknown> {
  const { type } = schema._zod.def;
  // A function decides the value, or it is a bigint: JSON Schema has only the type.
  if (type === 'catch' || type === 'default' || type === 'prefault') return {};
  const coerced = describeCoerced(schema);
  if (coerced !== undefined) return coerced;
  throw explain(type, toJsonPointer(path), message, cause);
}

function describeCoerced(schema: ZodSchema): Record<string, unknown> | undefined {
  const { def } = schema._zod;
  if (Reflect.get(def, 'coerce') !== true) return undefined;
  if (def.type === 'date') return { type: 'string', format: 'date-time' };
  return def.type === 'bigint' ? { type: 'string', pattern: digitsPattern } : undefined;
}

function explain(type: string, path: string, message: string, cause: unknown): SchemaError {
  // zod's own message is more exact if the type is fine and a part of it is not, such as a literal with a bigint.
  if (type === 'literal' || type === 'object' || type === 'number') {
    return new SchemaError(path, `${message}. Use a string or a number.`, { cause });
  }
  return unsupportedType(path, type, cause);
}
