import type { JsonObject, NonEmpty } from '../../src/json.ts';
import type { Model, ModelReply } from '../../src/model/model.ts';
import type { Turn } from '../../src/turns/turn.ts';

/** One reply of a plan: calls, or the answer. */
export type PlannedReply = NonEmpty<readonly [name: string, input: JsonObject]> | string;

/**
 * A model that is a function of the conversation: the last turn decides which reply of the plan is next. So another process
 * that continues a run gets the same replies. Summaries are texts.
 */
export function plannedModel(plan: readonly PlannedReply[]): Model {
  return {
    id: 'planned',
    async *request(request) {
      const { turns } = request.transcript;
      const reply = request.instructions.startsWith('Summarise')
        ? `A summary of ${JSON.stringify(turns).length} characters.`
        : (plan[stepAfter(turns.at(-1))] ?? 'The end.');
      if (typeof reply === 'string') {
        for (const text of reply.split(' ')) yield { type: 'text-delta', text: `${text} ` };
        return toReply({ kind: 'text', text: `${reply} `, fixes: [] });
      }
      const [first, ...rest] = reply.map(([name, input]) => ({ name, arguments: input }));
      if (first === undefined) throw new Error('A planned reply has at least one call.');
      return toReply({ kind: 'calls', calls: [first, ...rest], fixes: [] });
    },
  };
}

/** The id of a call has the position of its turn: calls are the turns 1, 3, 5 and so on. */
function stepAfter(last: Turn | undefined): number {
  if (last?.role !== 'tool') return 0;
  const [turn] = last.results[0].callId.split('.');
  return (Number(turn) + 1) / 2;
}

function toReply(parsed: ModelReply['parsed']): ModelReply {
  const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  return {
    parsed,
    raw: { text: '', reasoning: '', calls: [], finishReason: 'stop', usage },
    usage,
    finishReason: 'stop',
    dialect: 'native',
  };
}
