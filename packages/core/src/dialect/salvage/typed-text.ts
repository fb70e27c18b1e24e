import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { repairJson } from '../../schema/json-text/repair-json.ts';

/** The schema of a value; `undefined` if it is unknown. */
export type KnownSchema = JsonValue | undefined;

/**
 * The value of a text in a form without types, such as `<parameter=days>3</parameter>`. The schema decides: if a string is
 * allowed, the text is the value. If the schema gives no type, a JSON literal is its value and everything else is text; with
 * `isText` all of it is text.
 */
export function valueOfText(
  text: string,
  schema: KnownSchema,
  { isText = false }: { readonly isText?: boolean } = {},
): JsonValue {
  const types = typesOf(schema);
  if (types?.has('string') || (isText && types === undefined)) return text;
  const value = jsonIn(text, types !== undefined);
  if (value === undefined) return text;
  if (types === undefined) return typeof value === 'string' ? text : value;
  return fits(value, types) ? value : text;
}

/** The schema of the value under `key` of an object that has `schema`. */
export function schemaOfKey(schema: KnownSchema, key: string): KnownSchema {
  if (!isJsonObject(schema) || !isJsonObject(schema.properties)) return undefined;
  return Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
}

/** The schema of the items of a list that has `schema`. */
export function schemaOfItems(schema: KnownSchema): KnownSchema {
  return isJsonObject(schema) ? schema.items : undefined;
}

/** The types that a schema allows; `undefined` if it does not restrict them. */
function typesOf(schema: KnownSchema): ReadonlySet<string> | undefined {
  if (!isJsonObject(schema)) return undefined;
  const { type } = schema;
  const named = [type].flat().filter((name) => jsonTypes.has(String(name)));
  if (named.length > 0) return new Set(named.map(String));
  return typesOfValues(schema) ?? typesOfBranches(schema);
}

/** JSON Schema does not know other names, such as `float`. */
const jsonTypes = new Set(['string', 'number', 'integer', 'boolean', 'object', 'array', 'null']);

function typesOfValues(schema: JsonObject): ReadonlySet<string> | undefined {
  const values = Array.isArray(schema.enum) ? schema.enum : undefined;
  const known = values ?? (Object.hasOwn(schema, 'const') ? [schema.const] : undefined);
  return known === undefined ? undefined : new Set(known.map((value) => typeOf(value ?? null)));
}

function typesOfBranches({ anyOf, oneOf }: JsonObject): ReadonlySet<string> | undefined {
  const branches = anyOf ?? oneOf;
  if (!Array.isArray(branches)) return undefined;
  const types = branches.map(typesOf);
  // A branch without a type allows everything.
  if (types.some((set) => set === undefined)) return undefined;
  return new Set(types.flatMap((set) => [...(set ?? [])]));
}

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value;
}

function fits(value: JsonValue, types: ReadonlySet<string>): boolean {
  const type = typeOf(value);
  return types.has(type) || (type === 'number' && types.has('integer'));
}

function jsonIn(text: string, isTyped: boolean): JsonValue | undefined {
  const read = repairJson(text.trim());
  // If a string is not allowed, `True` and `{'a': 1}` are Python literals; else only strict JSON is not text.
  return read.ok && (isTyped || read.repairs.length === 0) ? read.value : undefined;
}
