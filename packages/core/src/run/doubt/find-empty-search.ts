import { leavesOf } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type ToolCall, textOf } from '../../turns/turn.ts';
import { isFailure } from '../grounding/given-values.ts';
import { mentions, takesNumber, takesText } from '../wording/find-search.ts';
import { phrasesIn } from '../wording/names-in.ts';
import { reachableLookUps } from '../wording/reachable-look-ups.ts';
import type { AfterCalls } from './answer-doubt.ts';

/** A search that found nothing. */
export interface EmptySearch {
  /** What was searched for. */
  readonly value: string;
  /** The other look-ups that take it, and that were not called since the last input. */
  readonly tools: readonly string[];
}

/**
 * A look-up that found nothing, if another one takes what it looked for: a name or a number of the user, or an identifier that does not
 * look like those that it takes. A small model looks for a course in the lost property, and for a plant in the beds.
 */
export function findEmptySearch<Context>(after: AfterCalls<Context>): EmptySearch | undefined {
  const { tools, conversation, calls } = after;
  const open = reachableLookUps({ ...after, turns: conversation.turns });
  for (const call of calls.filter((each) => foundNothing(each, after))) {
    const tool = tools.find(({ name }) => name === call.name);
    for (const value of tool === undefined ? [] : leavesOf(call.arguments).map(String)) {
      const others = open.filter(
        (other) => tool !== undefined && takesToo(other, tool, value, after),
      );
      if (others.length > 0) return { value, tools: others.map(({ name }) => name) };
    }
  }
  return undefined;
}

function takesToo<Context>(
  other: Tool<Context>,
  tool: Tool<Context>,
  value: string,
  { kinds, input }: AfterCalls<Context>,
): boolean {
  if (!takesText(tool, kinds)) {
    const [own, others] = [tool, other].map(({ schema }) =>
      kinds.takesForm(schema.jsonSchema, value),
    );
    return others === true && own === false;
  }
  if (/^\d+$/.test(value)) return takesNumber(other, kinds, value);
  return phrasesIn(input).some((name) => mentions(value, name)) && takesText(other, kinds);
}

/** Whether the result of a call is empty, or a failure. */
export function foundNothing<Context>(
  { id }: ToolCall,
  { conversation }: AfterCalls<Context>,
): boolean {
  const results = conversation.turns.flatMap((turn) => (turn.role === 'tool' ? turn.results : []));
  const result = results.find(({ callId }) => callId === id);
  if (result === undefined) return false;
  return isFailure(result) || /^(?:\[\s*\]|\{\s*\}|null|""|)$/.test(textOf(result.parts).trim());
}
