import type { JsonObject } from '../../json.ts';

/** What salvage needs to know of a tool. */
export interface CallableName {
  /** The tool's own name. */
  readonly name: string;
  /** Every exact spelling that means it: own name, name on the wire, sanitised name. Nothing else ever does. */
  readonly spellings: readonly string[];
  /**
   * JSON Schema of the arguments: its order of properties gives positional arguments their names, its types decide
   * whether `<escape>42<escape>` is a number. Salvage does not validate against it.
   */
  readonly parameters: JsonObject;
  /** Name of a parameter on the wire → its own name, where a dialect had to rename parameters. */
  readonly parameterAliases?: ReadonlyMap<string, string>;
}

/** The offered tools, found by any of their spellings. */
export interface CallableNames {
  /** The tool that exactly this spelling means. */
  find(spelling: string): CallableName | undefined;
  /** Whether a spelling begins with this character. */
  mayBeginWith(character: string): boolean;
}

/**
 * Makes the offered tools findable. Where two tools claim one spelling, an own name wins, then the earlier tool. What is
 * made of a list is kept with it.
 */
export function toCallableNames(tools: readonly CallableName[]): CallableNames {
  const known = made.get(tools);
  if (known !== undefined) return known;
  const names = makeFindable(tools);
  made.set(tools, names);
  return names;
}

const made = new WeakMap<readonly CallableName[], CallableNames>();

function makeFindable(tools: readonly CallableName[]): CallableNames {
  const bySpelling = new Map<string, CallableName>();
  for (const tool of tools) if (!bySpelling.has(tool.name)) bySpelling.set(tool.name, tool);
  for (const tool of tools) {
    for (const spelling of tool.spellings) {
      if (!bySpelling.has(spelling)) bySpelling.set(spelling, tool);
    }
  }
  const firstCharacters = new Set([...bySpelling.keys()].map((spelling) => spelling.charAt(0)));
  return {
    find: (spelling) => bySpelling.get(spelling),
    mayBeginWith: (character) => firstCharacters.has(character),
  };
}
