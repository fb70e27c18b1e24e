import { SchemaError } from '../../errors.ts';
import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { parseJsonPointer, resolvePath, toJsonPointer } from './json-pointer.ts';
import { isSchemaKeyword, mapSubschemas } from './map-subschemas.ts';
import { annotationKeywords } from './rewrite-old-keywords.ts';

/**
 * An equivalent schema that can be moved into another one: every `$ref` points to `#/$defs/name`, and `$defs` is at the
 * root and holds only definitions that are used. The root itself is never only a `$ref`. The rest of the schema can then be put inside another schema if its
 * `$defs` move to the new root. vLLM does this with the parameters of tools (`get_json_schema_from_tools` moves `$defs`
 * only). Short definitions without references are copied to the places that use them. `$schema`, `$id`, `$anchor` and
 * `$comment` are removed, and so are other holders of definitions, such as `components`. Throws {@link SchemaError} if a reference has no target in the document.
 */
export function hoistDefinitions(schema: JsonObject): JsonObject {
  const hoist: Hoist = {
    root: schema,
    names: new Map(),
    definitions: new Map(),
    holders: new Set(['components']),
  };
  const rewritten = rewriteSchema(hoist, schema, []);
  const body = expandRoot(hoist, isJsonObject(rewritten) ? rewritten : {});
  const kept = Object.entries(body).filter(([keyword]) => !hoist.holders.has(keyword));
  return {
    ...Object.fromEntries(kept),
    ...(hoist.definitions.size === 0 ? {} : { $defs: Object.fromEntries(hoist.definitions) }),
  };
}

/** Puts the definition itself in place of a `$ref` at the root: most servers and readers expect a type there. */
function expandRoot(hoist: Hoist, body: JsonObject): JsonObject {
  const { $ref, ...siblings } = body;
  const name = typeof $ref === 'string' ? parseJsonPointer($ref)?.[1] : undefined;
  const target = hoist.definitions.get(name ?? '');
  if (name === undefined || !isJsonObject(target)) return body;
  const rules = Object.keys(siblings).filter(
    (keyword) => !annotationKeywords.has(keyword) && !hoist.holders.has(keyword),
  );
  if (rules.length > 0)
    return { ...siblings, allOf: [{ $ref: $ref ?? '' }, ...itemsOf(siblings.allOf)] };
  const expanded = expandRoot(hoist, { ...target, ...siblings });
  const rest = JSON.stringify([expanded, ...hoist.definitions.values()]);
  if (!rest.includes(`"$ref":${JSON.stringify($ref)}`)) hoist.definitions.delete(name);
  return expanded;
}

/**
 * Makes a schema ready to become part of another document and returns it without `$defs`. Its definitions are added to
 * `definitions`, the `$defs` of that document, under names that are not used yet; equal definitions are shared.
 */
export function embedSchema(schema: JsonObject, definitions: Map<string, JsonValue>): JsonObject {
  const { $defs, ...body } = hoistDefinitions(schema);
  if (!isJsonObject($defs)) return body;
  const renamed = new Map(
    Object.entries($defs).map(([name, definition]) => [
      toJsonPointer(['$defs', name]),
      freeName(name, definition, $defs, definitions),
    ]),
  );
  for (const [name, definition] of Object.entries($defs)) {
    const newName = renamed.get(toJsonPointer(['$defs', name])) ?? name;
    definitions.set(newName, renameReferences(definition, renamed));
  }
  return renameReferences(body, renamed) as JsonObject;
}

/**
 * Schemas for one request, each with its own `$defs`. Two different definitions never have the same name: vLLM merges
 * the definitions of all tools and responds with 400 if two of the same name differ.
 */
export function withDistinctDefinitions(schemas: readonly JsonObject[]): JsonObject[] {
  const definitions = new Map<string, JsonValue>();
  return schemas.map((schema) => {
    const body = embedSchema(schema, definitions);
    return hoistDefinitions({ ...body, $defs: Object.fromEntries(definitions) });
  });
}

interface Hoist {
  readonly root: JsonObject;
  /** The name of each target, by its JSON pointer. */
  readonly names: Map<string, string>;
  readonly definitions: Map<string, JsonValue>;
  /** Keywords of the root that only hold definitions, such as `components`. */
  readonly holders: Set<string>;
}

const identityKeywords = new Set(['$schema', '$id', '$anchor', '$comment', '$defs', 'definitions']);

/** Longest definition, in characters of JSON, that is copied instead of referenced. */
const inlineChars = 160;

function rewriteSchema(hoist: Hoist, schema: JsonValue, path: readonly string[]): JsonValue {
  if (!isJsonObject(schema)) return schema;
  refuseDynamicReference(schema, path);
  const own = Object.fromEntries(
    Object.entries(schema).filter(
      // Draft-04 has `id` in place of `$id`.
      ([keyword, value]) =>
        !identityKeywords.has(keyword) && !(keyword === 'id' && typeof value === 'string'),
    ),
  );
  const rewritten = mapSubschemas(own, (subschema, below) =>
    rewriteSchema(hoist, subschema, [...path, ...below]),
  );
  return typeof schema.$ref === 'string' ? refer(hoist, schema.$ref, rewritten, path) : rewritten;
}

function refuseDynamicReference(schema: JsonObject, path: readonly string[]): void {
  for (const keyword of ['$dynamicRef', '$recursiveRef']) {
    if (keyword in schema) {
      throw new SchemaError(toJsonPointer(path), `"${keyword}" has no fixed target. Use "$ref".`);
    }
  }
}

function refer(
  hoist: Hoist,
  reference: string,
  schema: JsonObject,
  path: readonly string[],
): JsonValue {
  const target = findTarget(hoist.root, reference, path);
  const [place] = target.path;
  if (place !== undefined && !isSchemaKeyword(place)) hoist.holders.add(place);
  const short = inlineTarget(target.schema, schema);
  if (short !== undefined) return short;
  return { ...schema, $ref: toJsonPointer(['$defs', defineTarget(hoist, target, path)]) };
}

interface Target {
  readonly path: readonly string[];
  readonly schema: JsonValue;
}

function findTarget(root: JsonObject, reference: string, path: readonly string[]): Target {
  const at = toJsonPointer(path);
  const local = withoutOwnId(root, reference);
  const targetPath = parseJsonPointer(local) ?? findAnchor(root, local, []);
  if (targetPath === undefined) {
    throw new SchemaError(
      at,
      `"$ref": "${reference}" is outside of the schema. Put its target under "$defs".`,
    );
  }
  const schema = resolvePath(root, targetPath);
  if (schema === undefined || (!isJsonObject(schema) && typeof schema !== 'boolean')) {
    throw new SchemaError(
      at,
      `"$ref": "${reference}" does not exist. Put its target under "$defs".`,
    );
  }
  return { path: targetPath, schema: followAliases(root, schema, targetPath, new Set()) };
}

function withoutOwnId(root: JsonObject, reference: string): string {
  const id = root.$id ?? root.id;
  return typeof id === 'string' && id !== '' && reference.startsWith(`${id}#`)
    ? reference.slice(id.length)
    : reference;
}

function findAnchor(
  schema: JsonValue,
  reference: string,
  path: readonly string[],
): string[] | undefined {
  if (!isJsonObject(schema)) return undefined;
  const isTarget =
    `#${String(schema.$anchor)}` === reference ||
    schema.$id === reference ||
    schema.id === reference;
  if (isTarget) return [...path];
  let found: string[] | undefined;
  mapSubschemas(schema, (subschema, below) => {
    found ??= findAnchor(subschema, reference, [...path, ...below]);
    return subschema;
  });
  return found;
}

/** Throws if a definition that is only a reference refers back to itself. Returns the definition. */
function followAliases(
  root: JsonObject,
  schema: JsonValue,
  path: readonly string[],
  seen: Set<string>,
): JsonValue {
  if (!isJsonObject(schema) || typeof schema.$ref !== 'string') return schema;
  const pointer = toJsonPointer(path);
  if (seen.has(pointer)) throw new SchemaError(pointer, 'this "$ref" refers to itself.');
  const next = parseJsonPointer(withoutOwnId(root, schema.$ref));
  if (next === undefined) return schema;
  const resolved = resolvePath(root, next);
  if (resolved !== undefined) followAliases(root, resolved, next, seen.add(pointer));
  return schema;
}

function inlineTarget(target: JsonValue, siblings: JsonObject): JsonObject | undefined {
  if (!isJsonObject(target)) return undefined;
  const { $ref: _, ...annotations } = siblings;
  if (!Object.keys(annotations).every((keyword) => annotationKeywords.has(keyword)))
    return undefined;
  const json = JSON.stringify(target);
  if (json.length > inlineChars || /"(?:\$ref|\$defs|definitions)":/.test(json)) return undefined;
  const body = Object.entries(target).filter(([keyword]) => !identityKeywords.has(keyword));
  return { ...Object.fromEntries(body), ...annotations };
}

function defineTarget(hoist: Hoist, target: Target, usedAt: readonly string[]): string {
  const pointer = toJsonPointer(target.path);
  const known = hoist.names.get(pointer);
  if (known !== undefined) return known;
  const name = uniqueName(wantedName(target, usedAt), (taken) => hoist.definitions.has(taken));
  hoist.names.set(pointer, name);
  // Reserved before its content is known, because a definition may refer to itself.
  hoist.definitions.set(name, {});
  hoist.definitions.set(name, rewriteSchema(hoist, target.schema, target.path));
  return name;
}

/** The definition's own name; if it has none, its title or the name of the field that uses it. */
function wantedName({ path, schema }: Target, usedAt: readonly string[]): string {
  const [place] = path;
  const own = path.at(-1);
  const isDefinition = path.length === 2 && (place === '$defs' || place === 'definitions');
  const isNamed = isDefinition || (place !== undefined && !isSchemaKeyword(place));
  const title = isJsonObject(schema) && typeof schema.title === 'string' ? schema.title : undefined;
  const fallback = place === undefined ? 'Root' : fieldName(place === 'properties' ? path : usedAt);
  const name = isNamed && !isGenerated(own) ? own : (title ?? fallback);
  return name?.replace(/[^\w.-]/g, '_') || 'Type';
}

/** Whether zod generated the name, because the definition has no id. */
function isGenerated(name: string | undefined): boolean {
  return name === undefined || /^__schema\d+$/.test(name);
}

function fieldName(path: readonly string[]): string {
  const field = path.findLast((_, index) => path[index - 1] === 'properties') ?? 'Type';
  return `${field.charAt(0).toUpperCase()}${field.slice(1)}`;
}

function uniqueName(wanted: string, isTaken: (name: string) => boolean): string {
  let name = wanted;
  for (let count = 2; isTaken(name); count += 1) name = `${wanted}_${count}`;
  return name;
}

function freeName(
  name: string,
  definition: JsonValue,
  siblings: JsonObject,
  definitions: ReadonlyMap<string, JsonValue>,
): string {
  const json = JSON.stringify(definition);
  // Equal text means an equal definition only if the referenced definitions are equal too. So those with references are not shared.
  const isShareable = !json.includes('"$ref":');
  if (isShareable && JSON.stringify(definitions.get(name)) === json) return name;
  if (!definitions.has(name)) return name;
  return uniqueName(name, (taken) => definitions.has(taken) || Object.hasOwn(siblings, taken));
}

function renameReferences(schema: JsonValue, renamed: ReadonlyMap<string, string>): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const copy = mapSubschemas(schema, (subschema) => renameReferences(subschema, renamed));
  const name = typeof schema.$ref === 'string' ? renamed.get(schema.$ref) : undefined;
  return name === undefined ? copy : { ...copy, $ref: toJsonPointer(['$defs', name]) };
}
