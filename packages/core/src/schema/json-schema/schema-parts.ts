import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { parseJsonPointer, resolvePath } from './json-pointer.ts';

/** The target of a schema that is a `$ref`, or the schema itself. */
export function resolveReference(root: JsonObject, schema: JsonObject): JsonObject {
  const path = typeof schema.$ref === 'string' ? parseJsonPointer(schema.$ref) : undefined;
  const target = path === undefined ? schema : resolvePath(root, path);
  return isJsonObject(target) ? target : schema;
}

/** The schema and every schema that must hold together with it: those of `allOf`, also inside each other. */
export function gatherParts(
  root: JsonObject,
  schema: JsonObject,
  seen: ReadonlySet<JsonObject> = new Set(),
): JsonObject[] {
  if (seen.has(schema)) return [];
  const below = new Set([...seen, schema]);
  const inner = itemsOf(schema.allOf).filter(isJsonObject);
  // A definition may be only another name of a definition.
  const target = resolveReference(root, schema);
  return [
    schema,
    ...(target === schema ? [] : gatherParts(root, target, below)),
    ...inner.flatMap((part) => [
      ...gatherParts(root, resolveReference(root, part), below),
      ...siblingsOf(part),
    ]),
  ];
}

/** What a reference has next to it holds too. */
function siblingsOf({ $ref, ...siblings }: JsonObject): JsonObject[] {
  return $ref === undefined || Object.keys(siblings).length === 0 ? [] : [siblings];
}

/** Whether no schema of a list has a type of its own: they only add rules to a value of type `outer`. */
export function isRuleOnly(
  root: JsonObject,
  list: readonly JsonValue[],
  outer: JsonValue | undefined,
): boolean {
  return list.every((item) => {
    if (!isJsonObject(item)) return false;
    const schema = resolveReference(root, item);
    const isSameType = schema.type === undefined || (outer === 'object' && schema.type === outer);
    return isSameType && !structural.some((keyword) => hasStructure(schema, keyword));
  });
}

const structural = [
  '$ref',
  'additionalProperties',
  'allOf',
  'anyOf',
  'const',
  'enum',
  'items',
  'oneOf',
  'patternProperties',
  'prefixItems',
  'properties',
];

function hasStructure(schema: JsonObject, keyword: string): boolean {
  const value = schema[keyword];
  if (value === undefined || typeof value === 'boolean') return false;
  return keyword !== 'properties' || !isJsonObject(value) || Object.keys(value).length > 0;
}
