import { SchemaError } from '../../errors.ts';
import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { hasType } from '../json-schema/impossible-schema.ts';
import { parseJsonPointer, resolvePath } from '../json-schema/json-pointer.ts';

/**
 * The schema with `"type": "object"` at its root, as the parameters of a tool need it: a call has named arguments. Other
 * types next to `object`, and alternatives that are not objects, are removed. Throws {@link SchemaError} if the schema
 * allows no object; `subject` is its name in the message, such as `parameters of tool "add"`.
 */
export function toObjectSchema(jsonSchema: JsonObject, subject: string): JsonObject {
  if (jsonSchema.type === 'object') return jsonSchema;
  const objects = onlyObjects(jsonSchema, jsonSchema, new Set());
  if (isJsonObject(objects)) return { ...objects, type: 'object' };
  throw new SchemaError('#', `the ${subject} must be an object, ${explain(jsonSchema)}`);
}

/** The part of a schema that allows objects; `undefined` if it allows none. */
function onlyObjects(
  schema: JsonValue,
  root: JsonObject,
  seen: ReadonlySet<string>,
): JsonValue | undefined {
  if (!isJsonObject(schema)) return schema === false ? undefined : schema;
  const { type } = schema;
  if (type !== undefined && ![type].flat().includes('object')) return undefined;
  if (!hasObjectValue(schema) || !refersToObject(schema, root, seen)) return undefined;
  const allowsObjects = (part: JsonValue) => onlyObjects(part, root, seen) !== undefined;
  if (!itemsOf(schema.allOf).every(allowsObjects)) return undefined;
  const unions = Object.fromEntries(
    ['anyOf', 'oneOf']
      .filter((keyword) => Array.isArray(schema[keyword]))
      .map((keyword) => [keyword, itemsOf(schema[keyword]).filter(allowsObjects)]),
  );
  if (Object.values(unions).some((union) => union.length === 0)) return undefined;
  return { ...schema, ...unions, ...(type === undefined ? {} : { type: 'object' }) };
}

function hasObjectValue(schema: JsonObject): boolean {
  const values = 'const' in schema ? [schema.const ?? null] : schema.enum;
  return !Array.isArray(values) || itemsOf(values).some((value) => hasType(value, 'object'));
}

function refersToObject(
  { $ref }: JsonObject,
  root: JsonObject,
  seen: ReadonlySet<string>,
): boolean {
  if (typeof $ref !== 'string' || seen.has($ref)) return true;
  const target = resolvePath(root, parseJsonPointer($ref) ?? ['']) ?? true;
  return onlyObjects(target, root, new Set([...seen, $ref])) !== undefined;
}

function explain({ type }: JsonObject): string {
  if (typeof type === 'string') {
    return `but this is of type "${type}". Put it into a field: z.object({ value: … }).`;
  }
  return 'but this allows no object. Use z.object({ … }), or a JSON Schema with "type": "object".';
}
