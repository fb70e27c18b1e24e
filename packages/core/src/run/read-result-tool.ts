import type { JsonObject } from '../json.ts';
import { jsonSchema } from '../schema/to-schema.ts';
import { type Tool, tool } from '../tool/tool.ts';
import { type Turn, textOf } from '../turns/turn.ts';
import type { RunState } from './run-state.ts';

const parameters = {
  type: 'object',
  properties: {
    result: { type: 'string', description: 'The id in the note that says what was left out' },
    from: { type: 'integer', minimum: 0, description: 'First character' },
    to: { type: 'integer', minimum: 1, description: 'Character behind the last' },
  },
  required: ['result', 'from', 'to'],
} satisfies JsonObject;

/** Name of the tool that a run offers once a result was cut. */
export const readResultName = 'read_result';

/** Longest part that is read at once, in characters. */
const mostChars = 8_000;

/**
 * The way to what was left out of a long result: the transcript has it whole. One tool for each run, offered as soon as a
 * result was cut.
 */
export function readResultTool(state: RunState): Tool {
  const known = made.get(state);
  if (known !== undefined) return known;
  const reader = tool({
    name: readResultName,
    description: 'Reads what was left out of a long result.',
    parameters: jsonSchema<{ result: string; from: number; to: number }>(parameters),
    repeat: 'safe',
    maxResultChars: mostChars,
    execute: ({ result, from, to }) => {
      const text = findResult(state.transcript.turns, result);
      if (text === undefined) throw new Error(`No result has the id "${result}".`);
      return text.slice(from, Math.min(to, from + mostChars));
    },
  });
  made.set(state, reader);
  return reader;
}

/** Whether a result of the conversation is shown cut. */
export function hasCutResult(state: RunState): boolean {
  return state.hasLongResult || Object.keys(state.view.capped).length > 0;
}

const made = new WeakMap<RunState, Tool>();

function findResult(turns: readonly Turn[], id: string): string | undefined {
  for (const turn of turns) {
    if (turn.role !== 'tool') continue;
    const result = turn.results.find(({ callId }) => callId === id);
    if (result !== undefined) return textOf(result.parts);
  }
  return undefined;
}
