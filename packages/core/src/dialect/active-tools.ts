import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { memoize } from '../memoize.ts';
import type { ToolSpec } from './dialect.ts';
import type { CallableName } from './salvage/salvage-calls.ts';
import { sanitiseName, wireName } from './wire-name.ts';

/** The tools of one request, with a look-up by any exact spelling of their names. */
export interface ActiveTools {
  /** The tool with exactly this spelling, or `undefined`: names are never matched by similarity. */
  find(spelling: string): ToolSpec | undefined;
  /** Arguments with the original parameter names in place of the wire names. */
  ownArguments(tool: ToolSpec, args: JsonObject): JsonObject;
  /** The same tools in the form that the salvage parser takes. */
  readonly callables: readonly CallableName[];
}

/**
 * Indexes tools by their exact spellings: the original name, the wire name, and the sanitised name if only one tool has
 * it. The result is cached per list.
 */
export const activeTools = memoize((tools: readonly ToolSpec[]): ActiveTools => {
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
  return {
    find: (spelling) => bySpelling.get(spelling),
    ownArguments: (tool, args) => ownArguments(aliases.get(tool) ?? noAliases, args),
    callables: tools.map((tool) => ({
      name: tool.name,
      spellings: spellings.get(tool) ?? [],
      parameters: tool.parameters,
      parameterAliases: aliases.get(tool) ?? noAliases,
    })),
  };
});

/** The same JSON Schema of parameters, with top-level names that every dialect can encode. */
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

/** Arguments with wire names. A pure function: it also works for past calls of a tool that is no longer active. */
export function wireArguments(own: JsonObject): JsonObject {
  if (Object.keys(own).every((name) => wireName(name) === name)) return own;
  return Object.fromEntries(Object.entries(own).map(([name, value]) => [wireName(name), value]));
}

/** Wire name → original name, for each parameter whose names differ. */
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
