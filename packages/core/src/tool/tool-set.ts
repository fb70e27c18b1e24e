import { TurnwiseError } from '../errors.ts';
import { memoizeLast } from '../memoize.ts';
import { nearestName } from '../nearest-name.ts';
import { shorten } from '../shorten.ts';
import { hasSameItems } from '../turns/prefix-cache.ts';
import type { Tool } from './tool.ts';

/** The tools of one request, by name. */
export interface ToolSet<Context = unknown> extends Iterable<Tool<Context>> {
  readonly size: number;
  readonly names: readonly string[];
  get(name: string): Tool<Context> | undefined;
}

/** The tools by name. Throws `duplicate_tool` if two tools have the same name. Cached per list. */
export function toolSet<Context>(tools: readonly Tool<Context>[]): ToolSet<Context> {
  // A copy is the key: the program may add or replace tools in its list. The same tools have the same context type.
  return setOf(tools, [...tools]) as ToolSet<Context>;
}

const setOf = memoizeLast(
  (_list: readonly object[], tools: readonly Tool<never>[]) => makeSet(tools),
  hasSameItems,
);

function makeSet<Context>(tools: readonly Tool<Context>[]): ToolSet<Context> {
  const byName = new Map<string, Tool<Context>>();
  for (const tool of tools) {
    if (byName.has(tool.name)) {
      throw new TurnwiseError(
        'duplicate_tool',
        `Two tools are named "${tool.name}". Give each tool its own name.`,
      );
    }
    byName.set(tool.name, tool);
  }
  return {
    size: byName.size,
    names: [...byName.keys()],
    get: (name) => byName.get(name),
    [Symbol.iterator]: () => byName.values(),
  };
}

/** The result text for a call of a tool that is not in the request. */
export function explainUnknownTool(name: string, available: readonly string[]): string {
  const shown = shorten(name, longestName);
  if (available.length === 0) return `Unknown tool "${shown}". No tools are available now.`;
  const nearest = nearestName(shown, available);
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `Unknown tool "${shown}".${hint} Available: ${listNames(available)}.`;
}

/** Tools have names of at most 128 characters, but a model can write a name of any length. */
const longestName = 128;
/** Characters of a list of names: the model already has the names of all tools. */
const maxListChars = 1_000;

function listNames(names: readonly string[]): string {
  const shown: string[] = [];
  let left = maxListChars;
  for (const name of names) {
    left -= name.length + 4;
    if (left < 0) break;
    shown.push(`"${name}"`);
  }
  const more = names.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
