import { SchemaError } from '../../errors.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';

/** A schema of any library that implements Standard Schema (standardschema.dev), version 1. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>;
    /** Inferred types; `undefined` at run time. */
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
    /** Standard JSON Schema: converts the schema to JSON Schema. */
    readonly jsonSchema?: StandardJsonSchema | undefined;
  };
}

/** The Standard JSON Schema part of the interface. A library throws if it does not know the target. */
export interface StandardJsonSchema {
  readonly input: (options: {
    readonly target: 'draft-07';
    readonly libraryOptions?: Readonly<Record<string, unknown>> | undefined;
  }) => Readonly<Record<string, unknown>>;
}

/** The result of a validation with a Standard Schema. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** One issue as the library reports it. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** Whether a value implements Standard Schema. It may be a function, as the schemas of arktype are. */
export function isStandardSchema(source: object): source is StandardSchema {
  const standard: unknown = Reflect.get(source, '~standard');
  return (
    typeof standard === 'object' &&
    standard !== null &&
    typeof Reflect.get(standard, 'validate') === 'function'
  );
}

/**
 * The JSON Schema of the input of a Standard Schema, made with Standard JSON Schema or with arktype's `toJsonSchema`.
 * Throws {@link SchemaError} if the library has neither; the message names what to use.
 */
export function standardToJsonSchema(schema: StandardSchema): JsonObject {
  const { vendor } = schema['~standard'];
  const converted = convert(schema, vendor);
  if (isJsonObject(converted)) return converted;
  throw new SchemaError(
    '#',
    `this ${vendor} schema cannot be converted to JSON Schema. ${hints[vendor] ?? 'Use a schema library with Standard JSON Schema support, zod, or a JSON Schema object.'}`,
  );
}

const hints: Readonly<Record<string, string>> = {
  valibot: 'Wrap it with `toStandardJsonSchema` of "@valibot/to-json-schema".',
};

function convert(schema: StandardSchema, vendor: string): unknown {
  try {
    return (
      strictConversion(schema) ?? schema['~standard'].jsonSchema?.input(conversionOptions(vendor))
    );
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const oneLine = reason.replace(/\s+/g, ' ').trim();
    throw new SchemaError('#', `${vendor} cannot convert it to JSON Schema: ${oneLine}`, {
      cause: thrown,
    });
  }
}

/** What JSON Schema cannot express, such as the check of a `narrow`, is left to the validation. */
const arktypeFallback = {
  predicate: ({ base }: { readonly base: JsonObject }) => base,
  patternIntersection: ({
    base,
    pattern,
  }: {
    readonly base: JsonObject;
    readonly pattern: string;
  }) => withPattern(base, pattern),
};

function conversionOptions(vendor: string): Parameters<StandardJsonSchema['input']>[0] {
  const isValibot = vendor === 'valibot';
  return {
    target: 'draft-07',
    ...(isValibot && { libraryOptions: { overrideAction: convertValibotAction } }),
  };
}

interface ValibotAction {
  readonly valibotAction: { readonly type: string; readonly requirement?: unknown };
  readonly jsonSchema: JsonObject;
  readonly errors?: readonly string[] | undefined;
}

/** An action that valibot cannot convert, such as `check` or `trim`, is left to the validation; a second pattern is added. */
function convertValibotAction({
  valibotAction: { type, requirement },
  jsonSchema,
  errors,
}: ValibotAction): JsonObject | undefined {
  if (errors === undefined) return undefined;
  const { pattern, ...others } = jsonSchema;
  if (type !== 'regex' || !(requirement instanceof RegExp)) return jsonSchema;
  // JSON Schema has no flags: with "i" or "m" the pattern would be stricter than valibot.
  const hasFlags = /[imsx]/.test(requirement.flags);
  if (pattern === requirement.source) return hasFlags ? others : jsonSchema;
  return hasFlags ? jsonSchema : withPattern(jsonSchema, requirement.source);
}

function withPattern(schema: JsonObject, pattern: string): JsonObject {
  const { allOf = [] } = schema;
  return {
    ...schema,
    allOf: [...(Array.isArray(allOf) ? (allOf as JsonObject[]) : []), { pattern }],
  };
}

/** arktype's own method throws for a Date. Its Standard JSON Schema would allow any value. */
function strictConversion(schema: StandardSchema): unknown {
  const input: unknown = Reflect.get(schema, 'in') ?? schema;
  if ((typeof input !== 'object' && typeof input !== 'function') || input === null)
    return undefined;
  const toJsonSchema: unknown = Reflect.get(input, 'toJsonSchema');
  if (typeof toJsonSchema !== 'function') return undefined;
  return Reflect.apply(toJsonSchema, input, [{ target: 'draft-07', fallback: arktypeFallback }]);
}
