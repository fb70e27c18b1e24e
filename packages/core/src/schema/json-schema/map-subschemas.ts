import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Gets a schema inside a schema and its path from the outer one; returns the replacement. */
export type SubschemaVisitor = (subschema: JsonValue, path: readonly string[]) => JsonValue;

/**
 * A copy of a schema in which each direct subschema is replaced by the result of `visit`. Only keywords that hold
 * schemas are visited; `default`, `const`, `enum` and `examples` hold data and are copied.
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

/** Whether a keyword holds schemas. */
export function isSchemaKeyword(keyword: string): boolean {
  return (
    schemaKeywords.has(keyword) || schemaListKeywords.has(keyword) || schemaMapKeywords.has(keyword)
  );
}

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
      // `dependencies` of draft-07 may hold lists of names as well as schemas.
      Array.isArray(member) ? member : visit(member, [name]),
    ]),
  );
}
