import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { mapSubschemas } from '../json-schema/map-subschemas.ts';
import type { Schema, SchemaIssue } from '../schema.ts';
import { compileJsonSchema } from './json-schema-validator.ts';

/** The pattern that stands for `z.coerce.bigint()` in JSON Schema. */
export const digitsPattern = '^-?\\d+$';

/**
 * The same schema for a library that converts values, such as `z.coerce`: it gets only values that match its JSON Schema.
 * Otherwise `null` would become a date of 1970, and the text "false" would become `true`.
 */
export function guardCoercion<Output>(schema: Schema<Output>): Schema<Output> {
  let check: ((value: JsonValue) => readonly SchemaIssue[]) | undefined;
  return {
    jsonSchema: schema.jsonSchema,
    validate: (value) => {
      check ??= compileJsonSchema(withoutDetails(schema.jsonSchema), 'draft-07');
      const issues = check(value);
      return issues.length > 0 ? { ok: false, issues } : schema.validate(value);
    },
  };
}

/**
 * A copy with what decides about a conversion: types, values, and the formats of coerced dates and integers. The library
 * checks the rest, by its own rules.
 */
function withoutDetails(schema: JsonObject): JsonObject {
  const { pattern, format, additionalProperties, ...rest } = schema;
  const kept: Record<string, JsonValue> = { ...rest };
  if (pattern === digitsPattern) kept.pattern = pattern;
  if (format === 'date-time' && pattern === undefined) kept.format = format;
  if (isJsonObject(additionalProperties)) kept.additionalProperties = additionalProperties;
  return mapSubschemas(kept, (inner) => (isJsonObject(inner) ? withoutDetails(inner) : inner));
}

/** Whether a text is one that a coerced type takes: an ISO date and time, or digits. */
export function takesCoercedText(type: string, text: string): boolean {
  coercedText ??= {
    date: compileJsonSchema({ type: 'string', format: 'date-time' }, 'draft-07'),
    bigint: compileJsonSchema({ type: 'string', pattern: digitsPattern }, 'draft-07'),
  };
  return coercedText[type === 'date' ? 'date' : 'bigint'](text).length === 0;
}

let coercedText: Record<'date' | 'bigint', ReturnType<typeof compileJsonSchema>> | undefined;
