import { SchemaError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { convertZod3Schema, isZod3Schema, type Zod3Schema } from './convert-zod-3-schema.ts';
import { convertZodSchema, isZodSchema, type ZodSchema } from './convert-zod-schema.ts';
import { describeValue } from './describe-value.ts';
import { hoistDefinitions } from './hoist-definitions.ts';
import { readJsonSchema } from './read-json-schema.ts';
import type { Schema } from './schema.ts';
import { isStandardSchema, type StandardSchema, standardToJsonSchema } from './standard-schema.ts';
import { type AsyncParser, validateLater, validateStandard } from './validate-with-library.ts';

/** A JSON Schema written by hand or by another program. A boolean schema or a list is none here. */
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
 * What may be passed where a schema is wanted: zod 4, zod 3, anything with Standard Schema and Standard JSON Schema
 * (arktype, valibot through `@valibot/to-json-schema`), a JSON Schema object, or a {@link Schema}.
 */
export type AnySchema =
  | StandardSchema<unknown, unknown>
  | Zod3Schema<unknown, unknown>
  | Schema
  | JsonObject
  | JsonSchemaObject;

/** A schema whose output type is known: of zod, of any Standard Schema, or made with {@link jsonSchema}. */
export type OutputSchema<Output> =
  | StandardSchema<unknown, Output>
  | Zod3Schema<unknown, Output>
  | Schema<Output>;

/** The type of what a schema gives out: defaults filled in, transforms applied. A JSON Schema gives a `JsonObject`. */
export type OutputOf<Source> = Source extends {
  readonly '~standard': { readonly types?: infer Types };
}
  ? TypeAt<Types, 'output'>
  : Source extends { readonly _output: infer Output }
    ? Output
    : Source extends Schema<infer Output>
      ? Output
      : JsonObject;

/** The type of what may go into a schema: fields with a default are optional. */
export type InputOf<Source> = Source extends {
  readonly '~standard': { readonly types?: infer Types };
}
  ? TypeAt<Types, 'input'>
  : Source extends { readonly _input: infer Input }
    ? Input
    : Source extends Schema<infer Output>
      ? Output
      : JsonObject;

/** One side of the types that a Standard Schema carries. */
export type TypeAt<Types, Side extends 'input' | 'output'> =
  NonNullable<Types> extends { readonly [Key in Side]: infer Type } ? Type : unknown;

/**
 * One form for the schemas of every library: its JSON Schema of what a caller may send (draft-07, definitions under
 * `$defs` at the root) and its check, which is synchronous where the library's is. Each schema object is converted
 * once. Throws {@link SchemaError} at once, not at the first use, for what is no schema, for a part that JSON cannot
 * say (`z.date()`, `z.map(…)`), for a reference that leads nowhere; the error names the path and what to use instead.
 * zod-to-json-schema, zod's own core and ajv are loaded only when a schema needs them.
 */
export function toSchema<const Source extends AnySchema>(source: Source): Schema<OutputOf<Source>> {
  const schema = convertOnce(source);
  // The library that wrote the schema vouches for the type: its check gives out values of it and nothing else.
  return schema as Schema<OutputOf<Source>>;
}

/**
 * A JSON Schema whose values have a type that the program knows. The type is the caller's word: the check is that of
 * the schema. Throws {@link SchemaError} as {@link toSchema} does.
 */
export function jsonSchema<Output = JsonObject>(
  schema: JsonObject | JsonSchemaObject,
): Schema<Output> {
  return convertOnce(schema) as Schema<Output>;
}

function convertOnce(source: unknown): Schema {
  if ((typeof source !== 'object' && typeof source !== 'function') || source === null) {
    throw noSchema(describeSource(source));
  }
  return convertObject(source);
}

const convertObject = memoize(convert);

function convert(source: object): Schema {
  if (isSchema(source)) return source;
  if (isZodSchema(source)) return fromZod(source);
  if (isZod3Schema(source)) return fromZod3(source);
  if (isStandardSchema(source)) {
    return {
      jsonSchema: hoistDefinitions(standardToJsonSchema(source)),
      validate: (value) => validateStandard(source, value),
    };
  }
  refuseLookalikes(source);
  return readJsonSchema(source);
}

function isSchema(source: object): source is Schema {
  return (
    'validate' in source &&
    typeof source.validate === 'function' &&
    'jsonSchema' in source &&
    isJsonObject(source.jsonSchema)
  );
}

function fromZod(source: ZodSchema): Schema {
  const { jsonSchema, holdsFunctions } = convertZodSchema(source);
  const { def } = source._zod;
  if (def.type === 'object') requireFields(jsonSchema, Reflect.get(def, 'shape'));
  return {
    jsonSchema: hoistDefinitions(jsonSchema),
    validate: (value) =>
      holdsFunctions && canParseLater(source)
        ? validateLater(source, value)
        : validateStandard(source, value),
  };
}

function fromZod3(source: Zod3Schema): Schema {
  const { jsonSchema, holdsFunctions } = convertZod3Schema(source);
  const shape: unknown = Reflect.get(source._def, 'shape');
  if (typeof shape === 'function') {
    requireFields(jsonSchema, Reflect.apply(shape, source._def, []));
  }
  // Before 3.24, zod 3 did not keep the Standard Schema contract.
  const isStandard = isStandardSchema(source);
  return {
    jsonSchema: hoistDefinitions(jsonSchema),
    validate: (value) =>
      isStandard && !holdsFunctions
        ? validateStandard(source, value)
        : validateLater(source, value),
  };
}

function canParseLater(source: object): source is AsyncParser<unknown> {
  return 'safeParseAsync' in source && typeof source.safeParseAsync === 'function';
}

/** A converter of the wrong version gives an empty schema without a word; a model would then be told nothing. */
function requireFields(converted: JsonObject, shape: unknown): void {
  const said = isJsonObject(converted.properties) ? converted.properties : {};
  for (const field of Object.keys(shape ?? {})) {
    if (!Object.hasOwn(said, field) && !('$ref' in converted)) {
      throw new SchemaError(
        `#/properties/${field}`,
        'the field is lost on the way to JSON Schema. Check that zod is installed once, in one version.',
      );
    }
  }
}

function refuseLookalikes(source: object): void {
  if (typeof source === 'function') throw noSchema('a function (was it to be called?)');
  if (Array.isArray(source)) throw noSchema('a list');
  if (source instanceof Promise) throw noSchema('a promise (was it to be awaited?)');
  const isShape = Object.values(source).some(
    (field) =>
      typeof field === 'object' && field !== null && ('_zod' in field || '~standard' in field),
  );
  if (isShape) throw noSchema('an object of schemas (wrap it in z.object({ … }))');
}

function noSchema(what: string): SchemaError {
  return new SchemaError(
    '#',
    `${what} is no schema. Pass a zod schema, one of another library with Standard JSON Schema, or a JSON Schema object.`,
  );
}

function describeSource(source: unknown): string {
  if (source === null || typeof source === 'boolean' || typeof source === 'number')
    return String(source);
  return typeof source === 'string' ? describeValue(source) : typeof source;
}
