import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseJsonPointer, resolvePath } from './json-pointer.ts';

/** A place in a value, with every subschema that may apply there: references, `allOf` and all alternatives of unions. */
export interface SchemaPlace {
  /** Whether one of the subschemas names strings: by `type`, `enum` or `const`. */
  readonly takesText: boolean;
  /** Whether one of the subschemas lists properties. */
  readonly hasProperties: boolean;
  /** Whether the object here may have a property that is not listed. */
  readonly takesOtherKeys: boolean;
  /** Whether a property is listed. */
  declares(key: string): boolean;
  /** The place of a property or an item. */
  child(key: string): SchemaPlace;
}

/** The place of the whole value. */
export function rootPlace(schema: JsonObject): SchemaPlace {
  return placeOf([schema], schema);
}

function placeOf(found: readonly (JsonValue | undefined)[], root: JsonObject): SchemaPlace {
  const schemas = new Set<JsonObject>();
  for (const schema of found) collect(schema, root, schemas);
  const all = [...schemas];
  return {
    takesText: all.some(takesText),
    hasProperties: all.some(({ properties }) => isJsonObject(properties)),
    takesOtherKeys: all.some(
      ({ additionalProperties: rest, patternProperties }) =>
        (rest !== undefined && rest !== false) || patternProperties !== undefined,
    ),
    declares: (key) => all.some((schema) => propertyOf(schema, key) !== undefined),
    child: (key) =>
      placeOf(
        all.flatMap((schema) => childrenOf(schema, key)),
        root,
      ),
  };
}

const branches = ['allOf', 'anyOf', 'oneOf'];
const conditions = ['then', 'else'];

function collect(schema: JsonValue | undefined, root: JsonObject, schemas: Set<JsonObject>): void {
  if (!isJsonObject(schema) || schemas.has(schema)) return;
  schemas.add(schema);
  const path = typeof schema.$ref === 'string' ? parseJsonPointer(schema.$ref) : undefined;
  if (path !== undefined) collect(resolvePath(root, path), root, schemas);
  for (const keyword of branches) {
    const list = schema[keyword];
    if (Array.isArray(list)) for (const each of list) collect(each, root, schemas);
  }
  for (const keyword of conditions) collect(schema[keyword], root, schemas);
}

function takesText({ type, enum: values, const: only }: JsonObject): boolean {
  if (type === 'string' || (Array.isArray(type) && type.includes('string'))) return true;
  return typeof only === 'string' || (Array.isArray(values) && values.some(isText));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function propertyOf({ properties }: JsonObject, key: string): JsonValue | undefined {
  return isJsonObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
}

function childrenOf(schema: JsonObject, key: string): readonly (JsonValue | undefined)[] {
  const property = propertyOf(schema, key);
  if (property !== undefined) return [property];
  const { items, prefixItems, additionalProperties, patternProperties } = schema;
  const patterns = isJsonObject(patternProperties) ? Object.values(patternProperties) : [];
  const listed = [prefixItems, items].map((list) =>
    Array.isArray(list) ? (list as readonly JsonValue[])[Number(key)] : undefined,
  );
  return [...listed, Array.isArray(items) ? undefined : items, additionalProperties, ...patterns];
}
