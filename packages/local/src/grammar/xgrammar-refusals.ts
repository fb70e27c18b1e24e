import { isObject, type Json, type JsonObject } from '../json.ts';

const knownFormats = new Set(
  'email date time date-time duration ipv4 ipv6 hostname uuid uri uri-reference uri-template json-pointer relative-json-pointer'.split(
    ' ',
  ),
);

/**
 * Whether vLLM answers 400 because xgrammar does not support a keyword of the schema.
 * (vLLM `v1/structured_output/backend_xgrammar.py`)
 */
export function isRefusedByXgrammar(schema: Json): boolean {
  if (Array.isArray(schema)) return schema.some(isRefusedByXgrammar);
  if (!isObject(schema)) return false;
  const refusals = [refusesNumber, refusesArray, refusesString, refusesObject];
  if (refusals.some((refuses) => refuses(schema))) return true;
  return Object.values(schema).some(isRefusedByXgrammar);
}

function refusesNumber(schema: JsonObject): boolean {
  return ['number', 'integer'].some((type) => hasType(schema, type)) && 'multipleOf' in schema;
}

function refusesArray(schema: JsonObject): boolean {
  const keywords = ['uniqueItems', 'contains', 'minContains', 'maxContains'];
  return hasType(schema, 'array') && keywords.some((keyword) => keyword in schema);
}

function refusesString(schema: JsonObject): boolean {
  if (!hasType(schema, 'string')) return false;
  if (typeof schema.format === 'string' && !knownFormats.has(schema.format)) return true;
  const isShaped = 'pattern' in schema || 'format' in schema;
  return isShaped && ('minLength' in schema || 'maxLength' in schema);
}

function refusesObject(schema: JsonObject): boolean {
  if (!hasType(schema, 'object')) return false;
  const { properties, patternProperties, propertyNames, additionalProperties } = schema;
  const isOpenSchema = isObject(additionalProperties);
  const hasOthers = properties !== undefined || patternProperties !== undefined || isOpenSchema;
  if (propertyNames !== undefined && hasOthers) return true;
  if (!isObject(patternProperties)) return false;
  return properties !== undefined || Object.keys(patternProperties).length > 1;
}

function hasType(schema: JsonObject, type: string): boolean {
  return schema.type === type;
}
