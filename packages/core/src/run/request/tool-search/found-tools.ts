import { isJsonObject } from '../../../json.ts';
import type { Turn } from '../../../turns/turn.ts';
import { findToolsName } from '../../state/tool-search-options.ts';

/**
 * The tools that the conversation has found or called, in the order in which they were first found, so that the beginning of
 * requests stays the same. If they cost more than the budget, those that were not used for the longest time are left out.
 * Depends on the turns alone: a resumed and a replayed run have the same tools.
 */
export function foundTools(
  turns: readonly Turn[],
  {
    costOf,
    budget,
  }: { readonly costOf: (name: string) => number | undefined; readonly budget: number },
): readonly string[] {
  const lastUse = new Map<string, number>();
  let clock = 0;
  for (const turn of turns) {
    const names = namesIn(turn).filter((name) => costOf(name) !== undefined);
    if (names.length === 0) continue;
    clock += names.length;
    // The first name is the best match, so it is left out last.
    for (const [place, name] of names.entries()) lastUse.set(name, clock - place);
    leaveOut(lastUse, (name) => costOf(name) ?? 0, budget);
  }
  return [...lastUse.keys()];
}

/** The share of the budget that is filled after tools were left out: the list then stays the same for a while. */
const targetShare = 0.7;

function leaveOut(
  lastUse: Map<string, number>,
  costOf: (name: string) => number,
  budget: number,
): void {
  let cost = [...lastUse.keys()].reduce((sum, name) => sum + costOf(name), 0);
  if (cost <= budget) return;
  const oldestFirst = [...lastUse].sort(([, one], [, other]) => one - other);
  for (const [name] of oldestFirst) {
    // The last one stays even if it is larger than the budget: it was found to be called.
    if (cost <= budget * targetShare || lastUse.size === 1) return;
    lastUse.delete(name);
    cost -= costOf(name);
  }
}

/** The tools that a turn calls, or that a result of the search names. */
function namesIn(turn: Turn): readonly string[] {
  if (turn.role === 'assistant') {
    return turn.kind === 'calls' ? [...new Set(turn.calls.map(({ name }) => name))] : [];
  }
  if (turn.role !== 'tool') return [];
  const names = turn.results.flatMap(({ name, status, forApp }) => {
    if (name !== findToolsName || status !== 'ok' || !isJsonObject(forApp)) return [];
    return Array.isArray(forApp.tools) ? forApp.tools : [];
  });
  return [...new Set(names.filter((name) => typeof name === 'string'))];
}
