import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../json.ts';
import { memoize } from '../memoize.ts';
import { parseJsonPointer, resolvePath } from '../schema/json-schema/json-pointer.ts';
import { parameterOfAlias, wireParameterName } from './wire-name.ts';

/** Wire name → original name, for each parameter whose names differ. */
export type ParameterAliases = ReadonlyMap<string, string>;

/**
 * The same JSON Schema of parameters, with names of parameters that every dialect can encode, in every part that
 * describes the arguments: also in alternatives, conditions, `dependentRequired` and the targets of references.
 */
export function wireParameters(parameters: JsonObject): JsonObject {
  return renamed(parameters).schema;
}

/** The aliases that {@link wireParameters} uses for a schema. */
export function parameterAliases(parameters: JsonObject): ParameterAliases {
  return renamed(parameters).aliases;
}

/** Arguments with wire names. A pure function: it also works for past calls of a tool that is no longer active. */
export function wireArguments(own: JsonObject): JsonObject {
  if (Object.keys(own).every((name) => wireParameterName(name) === name)) return own;
  return Object.fromEntries(
    Object.entries(own).map(([name, value]) => [wireParameterName(name), value]),
  );
}

/**
 * Arguments with the original names in place of the wire names: also those of keys that the schema does not list, which the
 * model reads in its past calls.
 */
export function ownArguments(aliases: ParameterAliases, args: JsonObject): JsonObject {
  const ownName = (name: string) => aliases.get(name) ?? parameterOfAlias(name) ?? name;
  if (Object.keys(args).every((name) => ownName(name) === name)) return args;
  return Object.fromEntries(Object.entries(args).map(([name, value]) => [ownName(name), value]));
}

const renamed = memoize((parameters: JsonObject) => {
  const renaming: Renaming = { root: parameters, aliases: new Map() };
  const schema = renamePart(renaming, parameters, new Set());
  const { aliases } = renaming;
  return { aliases, schema: aliases.size === 0 || !isJsonObject(schema) ? parameters : schema };
});

interface Renaming {
  readonly root: JsonObject;
  readonly aliases: Map<string, string>;
}

type Seen = ReadonlySet<string>;

/** Renames in a schema that describes the arguments as a whole; schemas of single parameters are not changed. */
function renamePart(renaming: Renaming, schema: JsonValue, seen: Seen): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const own = Object.fromEntries(
    Object.entries(schema).map(([keyword, value]) => [
      keyword,
      renameKeyword(renaming, keyword, value, seen),
    ]),
  );
  const { $ref, ...siblings } = own;
  if (typeof $ref !== 'string' || seen.has($ref)) return own;
  return renameTarget(renaming, $ref, siblings, seen) ?? own;
}

const wholes = new Set(['else', 'if', 'not', 'then', 'unevaluatedProperties']);
const lists = new Set(['allOf', 'anyOf', 'oneOf']);

function renameKeyword(
  renaming: Renaming,
  keyword: string,
  value: JsonValue,
  seen: Seen,
): JsonValue {
  if (wholes.has(keyword)) return renamePart(renaming, value, seen);
  if (lists.has(keyword) && Array.isArray(value)) {
    return value.map((part: JsonValue) => renamePart(renaming, part, seen));
  }
  switch (keyword) {
    case 'required':
      return renameList(renaming, value);
    case 'properties':
      return renameKeys(renaming, value, (property) => property);
    case 'dependentRequired':
      return renameKeys(renaming, value, (names) => renameList(renaming, names));
    case 'dependentSchemas':
    case 'dependencies':
      return renameKeys(renaming, value, (part) =>
        Array.isArray(part) ? renameList(renaming, part) : renamePart(renaming, part, seen),
      );
    case 'propertyNames':
      return isJsonObject(value) && Array.isArray(value.enum)
        ? { ...value, enum: renameList(renaming, value.enum) }
        : value;
    case 'const':
    case 'default':
      return renameData(renaming, value);
    case 'enum':
    case 'examples':
      return Array.isArray(value)
        ? value.map((item: JsonValue) => renameData(renaming, item))
        : value;
    default:
      return value;
  }
}

/** Examples of whole arguments have the names of the parameters. */
function renameData(renaming: Renaming, value: JsonValue): JsonValue {
  return renameKeys(renaming, value, (member) => member);
}

function renameKeys(
  renaming: Renaming,
  members: JsonValue,
  renameMember: (member: JsonValue) => JsonValue,
): JsonValue {
  if (!isJsonObject(members)) return members;
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [rename(renaming, name), renameMember(member)]),
  );
}

function renameList(renaming: Renaming, names: JsonValue): JsonValue {
  if (!Array.isArray(names)) return names;
  return names.map((name: JsonValue) => (typeof name === 'string' ? rename(renaming, name) : name));
}

function rename({ aliases }: Renaming, name: string): string {
  const alias = wireParameterName(name);
  if (alias !== name) aliases.set(alias, name);
  return alias;
}

/** The target is copied, because other places may use it for a single parameter, whose names stay. */
function renameTarget(
  renaming: Renaming,
  $ref: string,
  siblings: JsonObject,
  seen: Seen,
): JsonValue | undefined {
  const target = resolvePath(renaming.root, parseJsonPointer($ref) ?? ['']);
  if (!isJsonObject(target)) return undefined;
  const { root, aliases } = renaming;
  const inTarget = new Map<string, string>();
  const copy = renamePart({ root, aliases: inTarget }, target, new Set([...seen, $ref]));
  if (inTarget.size === 0) return undefined;
  for (const [alias, name] of inTarget) aliases.set(alias, name);
  return Object.keys(siblings).length === 0
    ? copy
    : { ...siblings, allOf: [copy, ...itemsOf(siblings.allOf)] };
}
