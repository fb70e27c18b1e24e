import { SchemaError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { memoize } from '../../memoize.ts';
import { describeValue } from '../check/describe-value.ts';
import { guardCoercion, takesCoercedText } from '../check/guard-coercion.ts';
import {
  isStandardSchema,
  type StandardSchema,
  standardToJsonSchema,
} from '../check/standard-schema.ts';
import {
  type AsyncParser,
  validateAsync,
  validateStandard,
} from '../check/validate-with-library.ts';
import { hoistDefinitions } from '../json-schema/hoist-definitions.ts';
import { refuseImpossible } from '../json-schema/impossible-schema.ts';
import type { Schema } from '../schema.ts';
import { convertZod3Schema, isZod3Schema, type Zod3Schema } from './convert-zod-3-schema.ts';
import { convertZodSchema, isZodSchema, type ZodSchema } from './convert-zod-schema.ts';
import { fromAiSdkSchema, isAiSdkSchema } from './from-ai-sdk-schema.ts';
import { readJsonSchema } from './read-json-schema.ts';
import { strictZod3Unions } from './rebuild-zod-3.ts';
import { strictZodUnions } from './strict-zod-unions.ts';

/** A JSON Schema object. Boolean schemas and lists are not accepted. */
export interface JsonSchemaObject {
  readonly type?: unknown;
  readonly properties?: unknown;
  readonly items?: unknown;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly anyOf?: unknown;
  readonly oneOf?: unknown;
  readonly allOf?: unknown;
  readonly $ref?: unknown;
}

/**
 * Every kind of schema that this package accepts: zod 4, zod 3, any library with Standard Schema and Standard JSON
 * Schema (arktype, valibot with `@valibot/to-json-schema`), a JSON Schema object, a schema of the AI SDK (`jsonSchema(…)`),
 * or a {@link Schema}.
 */
export type AnySchema =
  | StandardSchema<unknown, unknown>
  | Zod3Schema<unknown, unknown>
  | Schema
  | JsonObject
  | JsonSchemaObject;

/** A schema with a known output type: zod, any Standard Schema, or the result of {@link jsonSchema}. */
export type OutputSchema<Output> =
  | StandardSchema<unknown, Output>
  | Zod3Schema<unknown, Output>
  | Schema<Output>;

/** The output type of a schema: defaults are filled in, transforms applied. For a JSON Schema it is `JsonObject`. */
export type OutputOf<Source> = Source extends {
  readonly '~standard': { readonly types?: infer Types };
}
  ? TypeAt<Types, 'output'>
  : Source extends { readonly _output: infer Output }
    ? Output
    : Source extends Schema<infer Output>
      ? Output
      : JsonObject;

/** The input type of a schema: fields with a default are optional. */
export type InputOf<Source> = Source extends {
  readonly '~standard': { readonly types?: infer Types };
}
  ? TypeAt<Types, 'input'>
  : Source extends { readonly _input: infer Input }
    ? Input
    : Source extends Schema<infer Output>
      ? Output
      : JsonObject;

/** The input or output type of a Standard Schema. */
export type TypeAt<Types, Side extends 'input' | 'output'> =
  NonNullable<Types> extends { readonly [Key in Side]: infer Type } ? Type : unknown;

/**
 * Converts a schema of any library to one form: the JSON Schema of its input (draft-07, definitions under `$defs` at
 * the root) and a function that validates, synchronous if that of the library is. Each schema object is converted once.
 * Throws {@link SchemaError} at once, not at the first use, if the value is not a schema, if JSON cannot represent a
 * part of it (`z.date()`, `z.map(…)`), if no value can match it, or if a reference has no target; the error names the path and what to use
 * instead. zod-to-json-schema, zod's core and ajv are loaded only if a schema needs them.
 */
export function toSchema<const Source extends AnySchema>(source: Source): Schema<OutputOf<Source>> {
  const schema = convertOnce(source);
  // The library guarantees the type: its validation returns values of that type only.
  return schema as Schema<OutputOf<Source>>;
}

/**
 * A JSON Schema with a type for its values. The type is not checked: make sure that it matches the schema. Throws
 * {@link SchemaError} as {@link toSchema} does.
 */
export function jsonSchema<Output = JsonObject>(
  schema: JsonObject | JsonSchemaObject,
): Schema<Output> {
  return convertOnce(schema) as Schema<Output>;
}

function convertOnce(source: unknown): Schema {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) {
    throw notASchema(describeSource(source));
  }
  return convertObject(source);
}

const convertObject = memoize((source: object): Schema => {
  const schema = convert(source);
  refuseImpossible(schema.jsonSchema);
  return schema;
});

function convert(source: object): Schema {
  if (isAiSdkSchema(source)) return fromAiSdkSchema(source);
  if (isSchema(source)) return source;
  if (isZodSchema(source)) return fromZod(source);
  if (isZod3Schema(source)) return fromZod3(source);
  if (isStandardSchema(source)) return fromStandard(source);
  refuseLookalikes(source);
  return readJsonSchema(source);
}

function fromStandard(source: StandardSchema): Schema {
  const schema: Schema = {
    jsonSchema: hoistDefinitions(standardToJsonSchema(source)),
    // Libraries such as arktype write into the value, and the arguments of a call are frozen.
    validate: (value) => validateStandard(source, structuredClone(value) as JsonValue),
  };
  return strictVendors.has(source['~standard'].vendor) ? schema : guardCoercion(schema);
}

/** Libraries that convert no value unless their JSON Schema allows it. Others, such as yup, convert silently. */
const strictVendors = new Set(['arktype', 'valibot', 'zod']);

function isSchema(source: object): source is Schema {
  return (
    'validate' in source &&
    typeof source.validate === 'function' &&
    'jsonSchema' in source &&
    isJsonObject(source.jsonSchema)
  );
}

function fromZod(source: ZodSchema): Schema {
  const { jsonSchema, holdsFunctions, coerces, hasUnions } = convertZodSchema(source);
  const { def } = source._zod;
  if (def.type === 'object') requireFields(jsonSchema, Reflect.get(def, 'shape'));
  const strict = coerces && hasUnions ? strictZodUnions(source, takesCoercedText) : source;
  const schema: Schema = {
    jsonSchema: hoistDefinitions(jsonSchema),
    validate: (value) =>
      holdsFunctions && canParseAsync(strict)
        ? validateAsync(strict, value)
        : validateStandard(strict, value),
  };
  return coerces ? guardCoercion(schema) : schema;
}

function fromZod3(source: Zod3Schema): Schema {
  const { jsonSchema, holdsFunctions, coerces, hasUnions } = convertZod3Schema(source);
  const shape: unknown = Reflect.get(source._def, 'shape');
  if (typeof shape === 'function') {
    requireFields(jsonSchema, Reflect.apply(shape, source._def, []));
  }
  const strict = coerces && hasUnions ? strictZod3Unions(source, takesCoercedText) : source;
  // zod 3 implements Standard Schema since 3.24.
  const isStandard = isStandardSchema(strict);
  const schema: Schema = {
    jsonSchema: hoistDefinitions(jsonSchema),
    validate: (value) =>
      isStandard && !holdsFunctions
        ? validateStandard(strict, value)
        : validateAsync(strict, value),
  };
  return coerces ? guardCoercion(schema) : schema;
}

function canParseAsync(source: object): source is AsyncParser<unknown> {
  return 'safeParseAsync' in source && typeof source.safeParseAsync === 'function';
}

/** A converter of the wrong version returns an empty schema without an error, so that the model would see no fields. */
function requireFields(converted: JsonObject, shape: unknown): void {
  const properties = isJsonObject(converted.properties) ? converted.properties : {};
  for (const field of Object.keys(shape ?? {})) {
    if (!Object.hasOwn(properties, field) && !('$ref' in converted)) {
      throw new SchemaError(
        `#/properties/${field}`,
        'the field is missing after the conversion to JSON Schema. Make sure that only one version of zod is installed.',
      );
    }
  }
}

function refuseLookalikes(source: object): void {
  if (typeof source === 'function') throw notASchema('a function (call it?)');
  if (Array.isArray(source)) throw notASchema('a list');
  if (source instanceof Promise) throw notASchema('a promise (await it?)');
  const isShape = Object.values(source).some(
    (field) =>
      typeof field === 'object' && field !== null && ('_zod' in field || '~standard' in field),
  );
  if (isShape) throw notASchema('an object of schemas (wrap it in z.object({ … }))');
}

function notASchema(what: string): SchemaError {
  return new SchemaError(
    '#',
    `${what} is not a schema. Pass a zod schema, a schema of a library with Standard JSON Schema, or a JSON Schema object.`,
  );
}

function describeSource(source: unknown): string {
  if (source === null || typeof source === 'boolean' || typeof source === 'number')
    return String(source);
  return typeof source === 'string' ? describeValue(source) : typeof source;
}
