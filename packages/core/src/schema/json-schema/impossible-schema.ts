import { SchemaError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { parseJsonPointer, resolvePath, toJsonPointer } from './json-pointer.ts';
import { annotationKeywords } from './rewrite-old-keywords.ts';

/**
 * Throws {@link SchemaError} if no value can match a schema: a tool with such parameters could never be called, an output
 * never be valid. The error names the part that is impossible. A part that may be left out, such as
 * `z.never().optional()`, does not count.
 */
export function refuseImpossible(schema: JsonObject): void {
  const path = findImpossible(schema, schema, []);
  if (path === undefined) return;
  throw new SchemaError(
    toJsonPointer(path),
    'no value can match this, so nothing could ever be valid. Allow a value here, or remove it.',
  );
}

/** Whether no value can match a schema that is part of `root`. */
export function isImpossible(schema: JsonValue, root: JsonObject): boolean {
  return findImpossible(schema, root, []) !== undefined;
}

type Path = readonly string[];

/** The path of the part that makes a schema impossible; `undefined` if some value may match. */
function findImpossible(
  schema: JsonValue,
  root: JsonObject,
  path: Path,
  seen: ReadonlySet<string> = new Set(),
): Path | undefined {
  if (schema === false) return path;
  if (!isJsonObject(schema)) return undefined;
  const below = (part: JsonValue, ...keys: string[]) =>
    findImpossible(part, root, [...path, ...keys], seen);
  return (
    findInReference(schema, root, path, seen) ??
    findInValues(schema, path) ??
    findInList(schema.allOf, (part, index) => below(part, 'allOf', index)) ??
    findInUnion(schema, 'anyOf', below) ??
    findInUnion(schema, 'oneOf', below) ??
    findInMembers(schema, path, below) ??
    findInItems(schema, below) ??
    findInBounds(schema, path)
  );
}

type Below = (part: JsonValue, ...keys: string[]) => Path | undefined;

function findInReference(
  { $ref }: JsonObject,
  root: JsonObject,
  path: Path,
  seen: ReadonlySet<string>,
): Path | undefined {
  if (typeof $ref !== 'string' || seen.has($ref)) return undefined;
  const target = resolvePath(root, parseJsonPointer($ref) ?? ['']);
  if (target === undefined) return undefined;
  const found = findImpossible(target, root, path, new Set([...seen, $ref]));
  return found === undefined ? undefined : path;
}

function findInValues(schema: JsonObject, path: Path): Path | undefined {
  if ('not' in schema && allowsEverything(schema.not)) return [...path, 'not'];
  const { type } = schema;
  if (Array.isArray(type) && type.length === 0) return [...path, 'type'];
  const keyword = 'const' in schema ? 'const' : 'enum';
  const values = keyword === 'const' ? [schema.const ?? null] : schema.enum;
  if (!Array.isArray(values)) return undefined;
  const isPossible = (values as readonly JsonValue[]).some((value) => hasType(value, type));
  return isPossible ? undefined : [...path, keyword];
}

function allowsEverything(schema: JsonValue | undefined): boolean {
  if (!isJsonObject(schema)) return schema === true;
  return Object.keys(schema).every((keyword) => annotationKeywords.has(keyword));
}

/** Whether a value has one of the types of a `type` keyword. */
export function hasType(value: JsonValue, type: JsonValue | undefined): boolean {
  if (type === undefined) return true;
  const names = [type].flat();
  if (value === null) return names.includes('null');
  if (Array.isArray(value)) return names.includes('array');
  if (Number.isInteger(value) && names.includes('integer')) return true;
  return names.includes(typeof value);
}

function findInList(
  list: JsonValue | undefined,
  find: (part: JsonValue, index: string) => Path | undefined,
): Path | undefined {
  if (!Array.isArray(list)) return undefined;
  for (const [index, part] of (list as readonly JsonValue[]).entries()) {
    const found = find(part, String(index));
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInUnion(schema: JsonObject, keyword: string, below: Below): Path | undefined {
  const list = schema[keyword];
  if (!Array.isArray(list)) return undefined;
  const found = list.map((part: JsonValue, index) => below(part, keyword, String(index)));
  return found.every((path) => path !== undefined)
    ? (found[0] ?? below(false, keyword))
    : undefined;
}

function findInMembers(schema: JsonObject, path: Path, below: Below): Path | undefined {
  if (schema.type !== 'object' || !Array.isArray(schema.required)) return undefined;
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const isClosed = schema.additionalProperties === false && !('patternProperties' in schema);
  for (const name of schema.required as readonly JsonValue[]) {
    if (typeof name !== 'string') continue;
    if (Object.hasOwn(properties, name)) {
      const found = below(properties[name] ?? true, 'properties', name);
      if (found !== undefined) return found;
    } else if (isClosed) return [...path, 'required'];
  }
  return undefined;
}

function findInItems(
  { type, items, prefixItems, minItems }: JsonObject,
  below: Below,
): Path | undefined {
  // `items` is only for the items after those of a tuple.
  const listed = Array.isArray(prefixItems) ? prefixItems.length : 0;
  const needsItems = type === 'array' && typeof minItems === 'number' && minItems > listed;
  return needsItems && items !== undefined && !Array.isArray(items)
    ? below(items, 'items')
    : undefined;
}

const bounds: readonly (readonly [type: string, least: string, most: string])[] = [
  ['array', 'minItems', 'maxItems'],
  ['object', 'minProperties', 'maxProperties'],
  ['string', 'minLength', 'maxLength'],
  ['number', 'minimum', 'maximum'],
  ['integer', 'minimum', 'maximum'],
];

function findInBounds(schema: JsonObject, path: Path): Path | undefined {
  const conflict = bounds.find(([type, least, most]) => {
    const [low, high] = [schema[least], schema[most]];
    return (
      schema.type === type && typeof low === 'number' && typeof high === 'number' && low > high
    );
  });
  return conflict === undefined ? undefined : [...path, conflict[1]];
}
