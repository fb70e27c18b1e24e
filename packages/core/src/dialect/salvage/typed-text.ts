import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { repairJson } from '../../schema/repair-json.ts';

/** What the schema of a place says about it; `undefined` where nothing is known. */
export type KnownSchema = JsonValue | undefined;

/**
 * The value of a text in a form that has no types, such as `<parameter=days>3</parameter>`. The schema decides: text
 * stays text where a string is allowed. Where the schema is silent, a JSON literal is what it says and all else text.
 */
export function valueOfText(text: string, schema: KnownSchema): JsonValue {
  const types = typesOf(schema);
  if (types?.has('string')) return text;
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

/** The types that a schema allows, or `undefined` where it does not say. */
function typesOf(schema: KnownSchema): ReadonlySet<string> | undefined {
  if (!isJsonObject(schema)) return undefined;
  const { type } = schema;
  const named = [type].flat().filter((name) => jsonTypes.has(String(name)));
  if (named.length > 0) return new Set(named.map(String));
  return typesOfValues(schema) ?? typesOfBranches(schema);
}

/** Others, such as `float`, say nothing that JSON Schema knows. */
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
  // A branch that says nothing allows everything.
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
  const trimmed = text.trim();
  // Where a type is known to be no string, `True` and `{'a': 1}` are Python's way to say it.
  if (isTyped) {
    const read = repairJson(trimmed);
    return read.ok ? read.value : undefined;
  }
  try {
    return JSON.parse(trimmed) as JsonValue;
  } catch {
    return undefined;
  }
}
