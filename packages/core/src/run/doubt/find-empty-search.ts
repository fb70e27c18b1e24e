import { leavesOf } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type ToolCall, textOf } from '../../turns/turn.ts';
import { isFailure } from '../grounding/given-values.ts';
import type { AfterCalls } from './answer-doubt.ts';
import { mentions, takesNumber, takesText } from './find-search.ts';
import { phrasesIn } from './names-in.ts';
import { reachableLookUps } from './reachable-look-ups.ts';

/** A search that found nothing. */
export interface EmptySearch {
  /** What was searched for. */
  readonly value: string;
  /** The other look-ups that take it, and that were not called since the last input. */
  readonly tools: readonly string[];
}

/**
 * A search for a name or a number of the user that found nothing, if another look-up takes that, too. A small model looks for a course in
 * the lost property.
 */
export function findEmptySearch<Context>(after: AfterCalls<Context>): EmptySearch | undefined {
  const { tools, kinds, conversation, input, calls } = after;
  const { turns } = conversation;
  const names = phrasesIn(input);
  const open = reachableLookUps({ tools, kinds, turns, calls });
  for (const call of calls.filter((each) => foundNothing(each, after))) {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined || !takesText(tool, kinds)) continue;
    for (const value of leavesOf(call.arguments).map(String)) {
      const takes = /^\d+$/.test(value)
        ? (each: Tool<Context>) => takesNumber(each, kinds, value)
        : (each: Tool<Context>) =>
            names.some((name) => mentions(value, name)) && takesText(each, kinds);
      const others = open.filter(takes).map(({ name }) => name);
      if (others.length > 0) return { value, tools: others };
    }
  }
  return undefined;
}

function foundNothing<Context>({ id }: ToolCall, { conversation }: AfterCalls<Context>): boolean {
  const results = conversation.turns.flatMap((turn) => (turn.role === 'tool' ? turn.results : []));
  const result = results.find(({ callId }) => callId === id);
  if (result === undefined) return false;
  return isFailure(result) || /^(?:\[\s*\]|\{\s*\}|null|""|)$/.test(textOf(result.parts).trim());
}
