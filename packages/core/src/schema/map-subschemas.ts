import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** A schema inside a schema, and the keys that lead to it from there. */
export type SubschemaVisitor = (subschema: JsonValue, path: readonly string[]) => JsonValue;

/**
 * A copy of a schema with each of its direct subschemas replaced by what `visit` makes of it. Knows which keywords
 * hold schemas and which hold data: `default`, `const`, `enum` and `examples` are never entered.
 */
export function mapSubschemas(schema: JsonObject, visit: SubschemaVisitor): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      mapKeyword(keyword, value, (subschema, path) => visit(subschema, [keyword, ...path])),
    ]),
  );
}

const schemaKeywords = new Set([
  'additionalItems',
  'additionalProperties',
  'contains',
  'contentSchema',
  'else',
  'if',
  'items',
  'not',
  'propertyNames',
  'then',
  'unevaluatedItems',
  'unevaluatedProperties',
]);
const schemaListKeywords = new Set(['allOf', 'anyOf', 'items', 'oneOf', 'prefixItems']);
const schemaMapKeywords = new Set([
  '$defs',
  'definitions',
  'dependencies',
  'dependentSchemas',
  'patternProperties',
  'properties',
]);

function mapKeyword(keyword: string, value: JsonValue, visit: SubschemaVisitor): JsonValue {
  if (schemaListKeywords.has(keyword) && Array.isArray(value)) {
    return value.map((item: JsonValue, index) => visit(item, [String(index)]));
  }
  if (schemaMapKeywords.has(keyword) && isJsonObject(value)) return mapMembers(value, visit);
  return schemaKeywords.has(keyword) ? visit(value, []) : value;
}

function mapMembers(members: JsonObject, visit: SubschemaVisitor): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      // `dependencies` of draft-07 may hold lists of names beside schemas.
      Array.isArray(member) ? member : visit(member, [name]),
    ]),
  );
}
