import { SchemaError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';

/** A schema of any library that keeps the Standard Schema contract (standardschema.dev), version 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Inferred types; there is no value behind them. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema: how the schema says itself as JSON Schema. */
    readonly jsonSchema?: StandardJsonSchema | undefined;
  };
}

/** The Standard JSON Schema part of the contract. A library throws for a target that it does not know. */
export interface StandardJsonSchema {
  readonly input: (options: { readonly target: 'draft-07' }) => Readonly<Record<string, unknown>>;
}

/** What a Standard Schema says of a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One issue in the words of the library. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a value keeps the Standard Schema contract. arktype's schemas are functions, so those count. */
export function isStandardSchema(source: object): source is StandardSchema {
  const standard: unknown = Reflect.get(source, '~standard');
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof Reflect.get(standard, 'validate') === 'function'
  );
}

/**
 * The JSON Schema of what may come into a Standard Schema: through Standard JSON Schema, or arktype's `toJsonSchema`.
 * Throws {@link SchemaError} for a library that can say none, naming what to use.
 */
export function standardToJsonSchema(schema: StandardSchema): JsonObject {
  const { vendor } = schema['~standard'];
  const converted = convert(schema, vendor);
  if (isJsonObject(converted)) return converted;
  throw new SchemaError(
    '#',
    `this ${vendor} schema cannot say itself as JSON Schema. ${cures[vendor] ?? 'Use a schema library with Standard JSON Schema support, zod, or a JSON Schema object.'}`,
  );
}

const cures: Readonly<Record<string, string>> = {
  valibot: 'Wrap it with `toStandardJsonSchema` of "@valibot/to-json-schema".',
};

function convert(schema: StandardSchema, vendor: string): unknown {
  try {
    return (
      strictConversion(schema) ?? schema['~standard'].jsonSchema?.input({ target: 'draft-07' })
    );
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const words = reason.replace(/\s+/g, ' ').trim();
    throw new SchemaError('#', `${vendor} cannot say it as JSON Schema: ${words}`, {
      cause: thrown,
    });
  }
}

/** arktype's own method throws for a Date where its Standard JSON Schema says "anything". */
function strictConversion(schema: StandardSchema): unknown {
  const input: unknown = Reflect.get(schema, 'in') ?? schema;
  if ((typeof input !== 'object' && typeof input !== 'function') || input === null)
    return undefined;
  const toJsonSchema: unknown = Reflect.get(input, 'toJsonSchema');
  if (typeof toJsonSchema !== 'function') return undefined;
  return Reflect.apply(toJsonSchema, input, [{ target: 'draft-07' }]);
}
