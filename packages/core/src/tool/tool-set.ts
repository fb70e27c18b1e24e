import { closestMatch } from 'leven';
import { TurnwiseError } from '../errors.ts';
import { startsWith } from '../turns/prefix-cache.ts';
import type { Tool } from './tool.ts';

/** The tools offered in one request, by name. */
export interface ToolSet<Context = unknown> extends Iterable<Tool<Context>> {
  readonly size: number;
  readonly names: readonly string[];
  get(name: string): Tool<Context> | undefined;
}

/** Tools by name, made once for each list. Throws `duplicate_tool` where two share one. */
export function toolSet<Context>(tools: readonly Tool<Context>[]): ToolSet<Context> {
  const known = made.get(tools);
  const isSame = known?.tools.length === tools.length && startsWith(tools, known.tools);
  // What was made of these very tools has their context.
  if (isSame) return known.set as ToolSet<Context>;
  const set = makeSet(tools);
  made.set(tools, { tools: [...tools], set });
  return set;
}

/** By the list, which may change: a program can put other tools into it. */
const made = new WeakMap<readonly object[], { tools: readonly object[]; set: unknown }>();

function makeSet<Context>(tools: readonly Tool<Context>[]): ToolSet<Context> {
  const byName = new Map<string, Tool<Context>>();
  for (const tool of tools) {
    if (byName.has(tool.name)) {
      throw new TurnwiseError(
        'duplicate_tool',
        `Two tools are named "${tool.name}"; give each a name of its own.`,
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

/** What a model is told that called a tool which was not offered. */
export function explainUnknownTool(name: string, offered: readonly string[]): string {
  if (offered.length === 0) return `Unknown tool "${name}". No tools are available now.`;
  const nearest = closestMatch(name, [...offered], { maxDistance: Math.ceil(name.length / 2) });
  const hint = nearest === undefined ? '' : ` Did you mean "${nearest}"?`;
  return `Unknown tool "${name}".${hint} Available: ${offered.map((each) => `"${each}"`).join(', ')}.`;
}
