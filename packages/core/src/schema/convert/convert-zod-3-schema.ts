import { createRequire } from 'node:module';
import type * as ZodToJsonSchema from 'zod-to-json-schema';
import { SchemaError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import { digitsPattern } from '../check/guard-coercion.ts';
import type { AsyncParser } from '../check/validate-with-library.ts';
import { toJsonPointer } from '../json-schema/json-pointer.ts';
import type { ConvertedSchema } from './convert-zod-schema.ts';
import { withPlainOptional } from './rebuild-zod-3.ts';
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
    withPlainOptional(schema) as unknown as ConvertibleSchema,
    {
      target: 'jsonSchema7',
      // The model writes the input: what a pipe makes of it is another type.
      pipeStrategy: 'input',
      // JSON Schema has no flags: without this, a pattern with the flag "i" would be stricter than zod.
      applyRegexFlags: true,
      override: (definition, { currentPath }) => {
        holdsFunctions ||= functionTypes.has((definition as Zod3Definition).typeName ?? '');
        coerces ||= (definition as Zod3Definition).coerce === true;
        hasUnions ||= unionTypes.has((definition as Zod3Definition).typeName ?? '');
        const path = toJsonPointer(currentPath.slice(1));
        return convertOrRefuse(definition as Zod3Definition, path) ?? library.ignoreOverride;
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

interface Zod3Definition {
  readonly typeName?: string;
  readonly coerce?: boolean;
  readonly value?: unknown;
}

function convertOrRefuse(definition: Zod3Definition, path: string): ConvertedType | undefined {
  const { typeName, coerce, value } = definition;
  if (typeName === undefined) throw mixedVersions(path, 'zod 4', 'zod 3');
  if (coerce === true && typeName === 'ZodDate') return { type: 'string', format: 'date-time' };
  if (coerce === true && typeName === 'ZodBigInt')
    return { type: 'string', pattern: digitsPattern };
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
  type: 'string';
  format?: 'date-time';
  pattern?: string;
}
