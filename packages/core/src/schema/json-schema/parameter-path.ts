import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseJsonPointer, resolvePath } from './json-pointer.ts';

/**
 * The path of a parameter: its name, or names with dots for an object inside an object. A list adds nothing to the path:
 * `items.sku` is the `sku` of every item. The names come from the schema if its type is known. A schema can refer to itself,
 * so `Depth` limits the number of names.
 */
export type ParameterPath<
  Value,
  Depth extends readonly unknown[] = [1, 1, 1, 1],
> = Value extends readonly (infer Item)[]
  ? ParameterPath<Item, Depth>
  : Value extends object
    ? string extends keyof Value
      ? string
      : {
          [Key in keyof Value & string]:
            | Key
            | (Depth extends readonly [unknown, ...infer Rest]
                ? `${Key}.${ParameterPath<NonNullable<Value[Key]>, Rest>}`
                : never);
        }[keyof Value & string]
    : never;

/** The names of a path. `items[].sku` is read as `items.sku`. */
export function namesOf(path: string): readonly string[] {
  return path
    .replaceAll(/\[\w*\]/g, '')
    .split('.')
    .filter((name) => name !== '');
}

/** The values at a path in the arguments of a call; a list gives the values of all its items. */
export function valuesAt(value: JsonValue | undefined, names: readonly string[]): JsonValue[] {
  if (isList(value)) return value.flatMap((item) => valuesAt(item, names));
  const [name, ...rest] = names;
  if (name === undefined) return value === undefined ? [] : [value];
  if (!isJsonObject(value) || !Object.hasOwn(value, name)) return [];
  return valuesAt(value[name], rest);
}

/** The schemas at a path: several if it leads through a union, none if the schema has no such path. */
export function schemasAt(root: JsonObject, names: readonly string[]): readonly JsonObject[] {
  let schemas = alternativesOf(root, root);
  for (const name of names) {
    schemas = schemas.flatMap((schema) => {
      const { properties, additionalProperties } = schema;
      const property =
        isJsonObject(properties) && Object.hasOwn(properties, name)
          ? properties[name]
          : additionalProperties;
      return isJsonObject(property) ? alternativesOf(root, property) : [];
    });
  }
  return schemas;
}

/** A parameter of a schema, also inside other parameters. */
export interface Parameter {
  readonly names: readonly string[];
  readonly schemas: readonly JsonObject[];
}

/** Every parameter of a schema, down to `depth` names. */
export function parametersOf(root: JsonObject, depth = 5): readonly Parameter[] {
  const found: Parameter[] = [];
  const visit = (schemas: readonly JsonObject[], path: readonly string[]) => {
    const names = new Set(schemas.flatMap(({ properties }) => Object.keys(properties ?? {})));
    for (const name of names) {
      const here = [...path, name];
      const inner = schemas.flatMap(({ properties }) => {
        const property = isJsonObject(properties) ? properties[name] : undefined;
        return isJsonObject(property) ? alternativesOf(root, property) : [];
      });
      found.push({ names: here, schemas: inner });
      if (here.length < depth) visit(inner, here);
    }
  };
  visit(alternativesOf(root, root), []);
  return found;
}

/** A copy of a schema with a note in the description of the parameter at a path. A definition on the path is copied. */
export function withNoteAt(root: JsonObject, names: readonly string[], note: string): JsonObject {
  return addNote(root, { schema: root, names, note, passed: [] });
}

interface NoteAt {
  readonly schema: JsonObject;
  readonly names: readonly string[];
  readonly note: string;
  /** References that led from the last name to here. */
  readonly passed: readonly string[];
}

function addNote(root: JsonObject, place: NoteAt): JsonObject {
  const { schema, names, note, passed } = place;
  const [name, ...rest] = names;
  if (name === undefined) return withNote(schema, note);
  const inner = (value: JsonValue): JsonValue =>
    isJsonObject(value) ? addNote(root, { ...place, schema: value }) : value;
  const { $ref, properties, items } = schema;
  if (typeof $ref === 'string') {
    const target = targetOf(root, $ref);
    if (target === undefined || passed.includes($ref)) return schema;
    const { $ref: _reference, ...own } = schema;
    return addNote(root, {
      ...place,
      schema: { ...target, ...own },
      passed: [...passed, $ref],
    });
  }
  const copy: Record<string, JsonValue> = { ...schema };
  for (const keyword of unions) {
    const list = schema[keyword];
    if (isList(list)) copy[keyword] = list.map(inner);
  }
  if (isJsonObject(items)) copy.items = inner(items);
  const property = isJsonObject(properties) ? properties[name] : undefined;
  if (isJsonObject(properties) && isJsonObject(property)) {
    const noted = addNote(root, { schema: property, names: rest, note, passed: [] });
    copy.properties = { ...properties, [name]: noted };
  }
  return copy;
}

function withNote(schema: JsonObject, note: string): JsonObject {
  const { description } = schema;
  const before = typeof description === 'string' ? description.trim().replace(/\.$/, '') : '';
  return { ...schema, description: before === '' ? note : `${before}; ${note}` };
}

const unions = ['anyOf', 'oneOf', 'allOf'] as const;

/** A schema, what it refers to, the members of its unions and the items of its lists. */
function alternativesOf(root: JsonObject, schema: JsonObject): readonly JsonObject[] {
  const found = new Set<JsonObject>();
  const visit = (value: JsonValue | undefined) => {
    if (isList(value)) {
      for (const each of value) visit(each);
    } else if (isJsonObject(value) && !found.has(value)) {
      found.add(value);
      if (typeof value.$ref === 'string') visit(targetOf(root, value.$ref));
      for (const keyword of unions) visit(value[keyword]);
      visit(value.items);
      visit(value.prefixItems);
    }
  };
  visit(schema);
  return [...found];
}

function targetOf(root: JsonObject, reference: string): JsonObject | undefined {
  const path = parseJsonPointer(reference);
  const target = path === undefined ? undefined : resolvePath(root, path);
  return isJsonObject(target) ? target : undefined;
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}
