import type { JsonObject } from '../../json.ts';

/** The data about a tool that salvage needs. */
export interface CallableName {
  /** The tool's original name. */
  readonly name: string;
  /** Every exact spelling of the tool: original name, wire name, sanitised name. No other spelling matches. */
  readonly spellings: readonly string[];
  /**
   * JSON Schema of the arguments. The order of its properties names positional arguments; its types decide whether
   * `<escape>42<escape>` is a number. Salvage does not validate against it.
   */
  readonly parameters: JsonObject;
  /** Wire name of a parameter → original name, for the parameters that a dialect renamed. */
  readonly parameterAliases?: ReadonlyMap<string, string>;
}

/** The active tools, with a look-up by their spellings. */
export interface CallableNames {
  /** How many tools there are. */
  readonly count: number;
  /** The tool with exactly this spelling, after the spelling was cleaned. */
  find(spelling: string): CallableName | undefined;
  /** Whether a spelling begins with this character. */
  mayBeginWith(character: string): boolean;
}

/**
 * Indexes the active tools. If two tools have the same spelling, an original name wins, then the earlier tool. `clean`
 * removes what may be around a name; it is used only if the name as written is unknown.
 */
export function toCallableNames(
  tools: readonly CallableName[],
  clean: (written: string) => string = (written) => written,
): CallableNames {
  const bySpelling = new Map<string, CallableName>();
  for (const tool of tools) if (!bySpelling.has(tool.name)) bySpelling.set(tool.name, tool);
  for (const tool of tools) {
    for (const spelling of tool.spellings) {
      if (!bySpelling.has(spelling)) bySpelling.set(spelling, tool);
    }
  }
  const firstCharacters = new Set([...bySpelling.keys()].map((spelling) => spelling.charAt(0)));
  return {
    count: tools.length,
    find: (spelling) => bySpelling.get(spelling) ?? bySpelling.get(clean(spelling)),
    mayBeginWith: (character) => firstCharacters.has(character),
  };
}
