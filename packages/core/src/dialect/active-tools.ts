import type { JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { zeroWidthSpace } from './control-tokens.ts';
import type { Prompt, ToolSpec } from './dialect.ts';
import type { Fix } from './fix.ts';
import { type CallableNames, toCallableNames } from './salvage/callable-name.ts';
import { sanitiseName, wireName } from './wire-name.ts';
import { ownArguments, type ParameterAliases, parameterAliases } from './wire-parameters.ts';

/** The tools of one request, with a look-up by any exact spelling of their names. */
export interface ActiveTools {
  /** Finds the tool that a call names. Names are never matched by similarity. */
  resolve(written: string): ResolvedName;
  /** Arguments with the original parameter names in place of the wire names. */
  ownArguments(tool: ToolSpec, args: JsonObject): JsonObject;
  /** The same tools in the form that the salvage parser takes. */
  readonly callables: CallableNames;
}

/** The tools whose calls are recognised in the reply to a prompt. */
export function callableIn(prompt: Prompt): readonly ToolSpec[] {
  return prompt.phase === 'act' ? (prompt.callableTools ?? prompt.tools) : prompt.withheldTools;
}

/** The tool that a name in a reply stands for. */
interface ResolvedName {
  /** `undefined` if no active tool has this name. */
  readonly tool: ToolSpec | undefined;
  /** The original name of the tool; the written name if there is no tool. */
  readonly name: string;
  /** A `repaired-name` fix if the name had white space, control tokens or a namespace around it. */
  readonly fixes: readonly Fix[];
}

/**
 * Indexes tools by their exact spellings: the original name, the wire name, and the sanitised name if only one tool has
 * it. White space, control tokens and a namespace of the profile around such a spelling are ignored. The result is cached
 * per profile and list.
 */
export function activeTools(tools: readonly ToolSpec[], profile: ModelProfile): ActiveTools {
  return indexFor(profile)(tools);
}

const indexFor = memoize((profile: ModelProfile) =>
  memoize((tools: readonly ToolSpec[]) => indexTools(tools, profile)),
);

function indexTools(tools: readonly ToolSpec[], profile: ModelProfile): ActiveTools {
  const { namePrefixes = [] } = profile;
  const bySpelling = spellingsOf(tools);
  const aliases = new Map(tools.map((tool) => [tool, parameterAliases(tool.parameters)]));
  const spellings = new Map<ToolSpec, string[]>(tools.map((tool) => [tool, []]));
  for (const [spelling, tool] of bySpelling) spellings.get(tool)?.push(spelling);
  const callables = toCallableNames(
    tools.map((tool) => {
      const exact = spellings.get(tool) ?? [];
      const prefixed = namePrefixes.flatMap((prefix) => exact.map((spelling) => prefix + spelling));
      return {
        name: tool.name,
        spellings: [...exact, ...prefixed],
        parameters: tool.parameters,
        parameterAliases: aliases.get(tool) ?? noAliases,
      };
    }),
    nameCleanerFor(profile),
  );
  const byName = new Map(tools.map((tool) => [tool.name, tool]));
  return {
    callables,
    ownArguments: (tool, args) => ownArguments(aliases.get(tool) ?? noAliases, args),
    resolve: (written) => {
      const exact = bySpelling.get(written);
      if (exact !== undefined) return { tool: exact, name: exact.name, fixes: [] };
      const tool = byName.get(callables.find(written)?.name ?? '');
      if (tool === undefined) return { tool, name: written, fixes: [] };
      return {
        tool,
        name: tool.name,
        fixes: [{ kind: 'repaired-name', name: tool.name, written }],
      };
    },
  };
}

const noAliases: ParameterAliases = new Map();

function spellingsOf(tools: readonly ToolSpec[]): ReadonlyMap<string, ToolSpec> {
  const bySpelling = new Map<string, ToolSpec>();
  const add = (spelling: string, tool: ToolSpec) => {
    if (!bySpelling.has(spelling)) bySpelling.set(spelling, tool);
  };
  for (const tool of tools) add(tool.name, tool);
  for (const tool of tools) add(wireName(tool.name), tool);
  for (const tool of unambiguous(tools)) add(sanitiseName(tool.name), tool);
  return bySpelling;
}

/** Control tokens and call tags of many models; a profile lists only those of its own model. */
const commonTokens = [
  '<\\|[^\\s<>|]{1,40}\\|>',
  // DeepSeek.
  '<｜[^\\s<>｜]{1,40}｜>',
  '</?(?:s|bos|eos|tool_call|function_call|end_of_turn|start_of_turn)>',
  '\\[/?(?:TOOL_CALLS|INST)\\]',
].join('|');

/**
 * Kimi K2 gives its calls ids such as `functions.read_file:0`, and some servers send them as names. Llama 3 calls a tool with
 * `read_file.call(…)`.
 */
const afterName = /:\d{1,4}$|\.call$/;

/** Makes the function that removes white space and control tokens around a name, everything after such a token, and the place of a call. */
function nameCleanerFor({ controlTokens }: ModelProfile): (written: string) => string {
  const tokens = new RegExp(`(?:${controlTokens})|${commonTokens}|${zeroWidthSpace}`, 'gu');
  const border = '\0';
  return (written) => {
    const pieces = written.replace(tokens, (token) => (token === '' ? '' : border)).split(border);
    const name = pieces.map((piece) => piece.trim()).find((piece) => piece !== '') ?? '';
    return name.replace(afterName, '');
  };
}

function unambiguous(tools: readonly ToolSpec[]): readonly ToolSpec[] {
  const counts = new Map<string, number>();
  for (const { name } of tools) {
    const plain = sanitiseName(name);
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return tools.filter(({ name }) => counts.get(sanitiseName(name)) === 1);
}
