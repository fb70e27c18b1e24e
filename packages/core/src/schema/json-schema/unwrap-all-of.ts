import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { mapSubschemas } from './map-subschemas.ts';
import { annotationKeywords } from './rewrite-old-keywords.ts';

/**
 * The same schema without `allOf` that only describes a reference: `{allOf: [{$ref}], description}` is how OpenAPI 3.0 writes
 * `{$ref, description}`.
 */
export function unwrapAllOf(schema: JsonObject): JsonObject {
  const plain = mapSubschemas(schema, (part) => (isJsonObject(part) ? unwrapAllOf(part) : part));
  const { allOf, ...siblings } = plain;
  if (!Array.isArray(allOf) || !isAnnotation(siblings)) return plain;
  const parts = allOf as readonly JsonValue[];
  const [only, ...others] = parts.filter((part) => !isJsonObject(part) || !isAnnotation(part));
  if (!isJsonObject(only) || typeof only.$ref !== 'string' || others.length > 0) return plain;
  const annotations = parts.filter((part) => isJsonObject(part) && part !== only);
  return Object.assign({}, ...annotations, only, siblings) as JsonObject;
}

function isAnnotation(schema: JsonObject): boolean {
  return Object.keys(schema).every((keyword) => annotationKeywords.has(keyword));
}
