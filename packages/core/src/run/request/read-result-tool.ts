import type { JsonObject } from '../../json.ts';
import { memoize } from '../../memoize.ts';
import { jsonSchema } from '../../schema/convert/to-schema.ts';
import { type Tool, tool } from '../../tool/tool.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import type { RunState } from '../state/run-state.ts';

const parameters = {
  type: 'object',
  properties: {
    result: { type: 'string', description: 'The id in the note about the text that is left out' },
    from: { type: 'integer', minimum: 0, description: 'First character' },
    to: { type: 'integer', minimum: 1, description: 'Character after the last' },
  },
  required: ['result', 'from', 'to'],
} satisfies JsonObject;

/** Name of the tool that a run offers once a result is shown shortened. */
export const readResultName = 'read_result';

/** Longest part that one call reads, in characters. */
const maxChars = 8_000;

/** The tool that reads what is left out of a long result; the transcript holds the whole text. One tool for each run. */
export const readResultTool: (state: RunState) => Tool = memoize((state: RunState) =>
  tool({
    name: readResultName,
    description: 'Reads the part of a long result that is left out.',
    parameters: jsonSchema<{ result: string; from: number; to: number }>(parameters),
    repeat: 'safe',
    maxResultChars: maxChars,
    execute: ({ result, from, to }) => {
      const text = findResult(state.transcript.turns, result);
      if (text === undefined) throw new Error(`No result has the id "${result}".`);
      return text.slice(from, Math.min(to, from + maxChars));
    },
  }),
);

function findResult(turns: readonly Turn[], id: string): string | undefined {
  for (const turn of turns) {
    if (turn.role !== 'tool') continue;
    const result = turn.results.find(({ callId }) => callId === id);
    if (result !== undefined) return textOf(result.parts);
  }
  return undefined;
}
