import { createRequire } from 'node:module';
import type * as ZodToJsonSchema from 'zod-to-json-schema';
import { SchemaError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { digitsPattern } from '../check/guard-coercion.ts';
import type { AsyncParser } from '../check/validate-with-library.ts';
import { toJsonPointer } from '../json-schema/json-pointer.ts';
import type { ConvertedSchema } from './convert-zod-schema.ts';
import { forConversion } from './rebuild-zod-3.ts';
import { isUnsupportedType, mixedVersions, unsupportedType } from './unsupported-types.ts';

const require = createRequire(import.meta.url);

/** A zod 3 schema (`zod@3` or `zod/v3`): the fields that this package uses. */
export interface Zod3Schema<Input = unknown, Output = Input> extends AsyncParser<Output> {
  readonly _def: { readonly typeName: string };
  readonly _input: Input;
  readonly _output: Output;
}

/** Whether a value is a zod 3 schema. */
export function isZod3Schema(source: object): source is Zod3Schema {
  if ('_zod' in source) return false;
  const definition: unknown = Reflect.get(source, '_def');
  return (
    typeof definition === 'object' &&
    definition !== null &&
    typeof Reflect.get(definition, 'typeName') === 'string'
  );
}

/**
 * The JSON Schema (draft-07) of the input of a zod 3 schema. Throws {@link SchemaError} at the first part that no JSON
 * value can satisfy; the message names what to use instead. `zod-to-json-schema` would convert a date to a string and
 * a map to a list, which zod 3 then rejects.
 */
export function convertZod3Schema(schema: Zod3Schema): ConvertedSchema {
  let holdsFunctions = false;
  let coerces = false;
  let hasUnions = false;
  const library = require('zod-to-json-schema') as typeof ZodToJsonSchema;
  const converted: unknown = library.zodToJsonSchema(
    forConversion(schema, (definition) => {
      coerces ||= definition.coerce === true;
    }) as unknown as ConvertibleSchema,
    {
      target: 'jsonSchema7',
      // The model writes the input: what a pipe makes of it is another type.
      pipeStrategy: 'input',
      // JSON Schema has no flags: without this, a pattern with the flag "i" would be stricter than zod.
      applyRegexFlags: true,
      override: (definition, refs) => {
        const own = definition as Zod3Definition;
        holdsFunctions ||= functionTypes.has(own.typeName ?? '');
        hasUnions ||= unionTypes.has(own.typeName ?? '');
        const path = toJsonPointer(refs.currentPath.slice(1));
        const converted = convertOrRefuse(own, path) ?? convertAlternatives(own, refs, library);
        return converted === undefined
          ? library.ignoreOverride
          : ({ ...converted, ...describe(own) } as JsonSchema7);
      },
    },
  );
  return {
    jsonSchema: JSON.parse(JSON.stringify(converted)) as JsonObject,
    holdsFunctions,
    coerces,
    hasUnions,
  };
}

/** The zod 3 types that hold functions of the user: refinements, transforms and promises. */
const functionTypes = new Set(['ZodEffects', 'ZodPipeline', 'ZodPromise']);

const unionTypes = new Set(['ZodUnion', 'ZodDiscriminatedUnion']);

type ConvertibleSchema = Parameters<typeof ZodToJsonSchema.zodToJsonSchema>[0];
type JsonSchema7 = NonNullable<ReturnType<typeof ZodToJsonSchema.parseDef>>;
type Refs = Parameters<typeof ZodToJsonSchema.parseDef>[1];

interface Zod3Definition {
  readonly typeName?: string;
  readonly coerce?: boolean;
  readonly value?: unknown;
  readonly description?: string;
  readonly options?: unknown;
  readonly innerType?: { readonly _def: Zod3Definition };
}

function describe({ description }: Zod3Definition): { description?: string } {
  return description === undefined ? {} : { description };
}

/**
 * The alternatives of a union, each for itself. The library joins plain types (`{ type: ["integer", "null"] }`) without a
 * look at them, which loses their descriptions, and a big integer would be a number.
 */
function convertAlternatives(
  { typeName, options, innerType }: Zod3Definition,
  refs: Refs,
  { parseDef }: typeof ZodToJsonSchema,
): { anyOf: unknown[] } | undefined {
  const isUnion = typeName === 'ZodUnion' && Array.isArray(options);
  const parts = isUnion ? (options as { readonly _def: Zod3Definition }[]) : [innerType];
  if (!isUnion && typeName !== 'ZodNullable') return undefined;
  const isLost = parts.some(
    (part) =>
      part?._def.typeName === 'ZodBigInt' || (isUnion && part?._def.description !== undefined),
  );
  if (!isLost) return undefined;
  const anyOf: unknown[] = parts.map((part, at) => {
    const currentPath = [...refs.currentPath, 'anyOf', String(at)];
    return parseDef(part?._def as Parameters<typeof parseDef>[0], { ...refs, currentPath });
  });
  return { anyOf: isUnion ? anyOf : [...anyOf, { type: 'null' }] };
}

function convertOrRefuse(definition: Zod3Definition, path: string): ConvertedType | undefined {
  const { typeName, coerce, value } = definition;
  if (typeName === undefined) throw mixedVersions(path, 'zod 4', 'zod 3');
  if (coerce === true && typeName === 'ZodDate') return { type: 'string', format: 'date-time' };
  if (coerce === true && typeName === 'ZodBigInt')
    return { type: 'string', pattern: digitsPattern };
  // The library would make an object of it.
  if (typeName === 'ZodLiteral' && value === null) return { type: 'null' };
  if (isUnsupportedType(typeName)) throw unsupportedType(path, typeName);
  if (typeName === 'ZodLiteral' && ['bigint', 'symbol', 'undefined'].includes(typeof value)) {
    throw new SchemaError(
      path,
      `JSON has no literal of type ${typeof value}. Use a string or a number.`,
    );
  }
  return undefined;
}

interface ConvertedType {
  type: 'string' | 'null';
  format?: 'date-time';
  pattern?: string;
}
