import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ToolSpec } from './dialect.ts';
import type { CallableName } from './salvage/salvage-calls.ts';
import { sanitiseName, wireName } from './wire-name.ts';

/** The tools of one request, found by any exact spelling of their names. */
export interface ActiveTools {
  /** The tool that a spelling means, or `undefined`: names are never matched by likeness. */
  find(spelling: string): ToolSpec | undefined;
  /** Arguments with the parameters' own names in place of those on the wire. */
  ownArguments(tool: ToolSpec, args: JsonObject): JsonObject;
  /** What the salvage parser needs to know of the tools. */
  readonly callables: readonly CallableName[];
}

/**
 * The exact spellings of tools: the own name, the name on the wire, and the sanitised name where it means one tool only.
 */
export function activeTools(tools: readonly ToolSpec[]): ActiveTools {
  const known = cache.get(tools);
  if (known !== undefined) return known;
  const bySpelling = new Map<string, ToolSpec>();
  const spell = (spelling: string, tool: ToolSpec) => {
    if (!bySpelling.has(spelling)) bySpelling.set(spelling, tool);
  };
  for (const tool of tools) spell(tool.name, tool);
  for (const tool of tools) spell(wireName(tool.name), tool);
  for (const tool of unambiguous(tools)) spell(sanitiseName(tool.name), tool);
  const spellings = new Map<ToolSpec, string[]>(tools.map((tool) => [tool, []]));
  for (const [spelling, tool] of bySpelling) spellings.get(tool)?.push(spelling);
  const aliases = new Map(tools.map((tool) => [tool, aliasesOf(tool)]));
  const active: ActiveTools = {
    find: (spelling) => bySpelling.get(spelling),
    ownArguments: (tool, args) => ownArguments(aliases.get(tool) ?? noAliases, args),
    callables: tools.map((tool) => ({
      name: tool.name,
      spellings: spellings.get(tool) ?? [],
      parameters: tool.parameters,
      parameterAliases: aliases.get(tool) ?? noAliases,
    })),
  };
  cache.set(tools, active);
  return active;
}

const cache = new WeakMap<readonly ToolSpec[], ActiveTools>();

/** A JSON Schema of parameters whose top-level names can be said in every dialect. */
export function wireParameters(parameters: JsonObject): JsonObject {
  const { properties, required } = parameters;
  if (!isJsonObject(properties)) return parameters;
  if (Object.keys(properties).every((name) => wireName(name) === name)) return parameters;
  return {
    ...parameters,
    properties: wireArguments(properties),
    ...(Array.isArray(required)
      ? { required: required.map((name: JsonValue) => wireName(String(name))) }
      : {}),
  };
}

/** Arguments as they stand on the wire: a pure function, whether or not their tool is still offered. */
export function wireArguments(own: JsonObject): JsonObject {
  if (Object.keys(own).every((name) => wireName(name) === name)) return own;
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [wireName(name), value]));
}

/** Names on the wire, and the own name of each that differs from it. */
type Aliases = ReadonlyMap<string, string>;

const noAliases: Aliases = new Map();

function ownArguments(aliases: Aliases, args: JsonObject): JsonObject {
  if (aliases.size === 0) return args;
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [aliases.get(name) ?? name, value]),
  );
}

function aliasesOf({ parameters }: ToolSpec): Aliases {
  const names = isJsonObject(parameters.properties) ? Object.keys(parameters.properties) : [];
  return new Map(
    names.filter((name) => wireName(name) !== name).map((name) => [wireName(name), name]),
  );
}

function unambiguous(tools: readonly ToolSpec[]): readonly ToolSpec[] {
  const counts = new Map<string, number>();
  for (const { name } of tools) {
    const plain = sanitiseName(name);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return tools.filter(({ name }) => counts.get(sanitiseName(name)) === 1);
}
