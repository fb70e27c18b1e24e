import type { JsonObject, Model } from '@turnwise/core';
import type { ModelProgress, ModelReply, ParsedReply } from '@turnwise/core/model';

/** A reply: pieces of text and promises that it waits for; then calls, or the text is the answer. */
export interface GatedReply {
  readonly pieces: readonly (string | Promise<void>)[];
  readonly calls?: readonly (readonly [name: string, input: JsonObject])[];
}

/** A model that sends the replies of a list, which may grow, when their promises allow it. */
export function gatedModel(replies: GatedReply[]): Model {
  return {
    id: 'gated',
    async *request(request): AsyncGenerator<ModelProgress, ModelReply> {
      const { pieces, calls = [] } = replies.shift() ?? { pieces: ['No more replies.'] };
      const messages = request.transcript.turns.length;
      const tools = request.tools?.length ?? 0;
      const sent = { dialect: 'native', messages, estimatedTokens: 0, tools } as const;
      yield { type: 'request-prepared', ...sent };
      let text = '';
      for (const piece of pieces) {
        if (typeof piece !== 'string') await piece;
        else {
          text += piece;
          yield { type: 'text-delta', text: piece };
        }
      }
      return {
        parsed: toReply(text, calls),
        raw: { text, reasoning: '', calls: [], finishReason: 'stop' },
        usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
        finishReason: 'stop',
        dialect: 'native',
      };
    },
  };
}

function toReply(text: string, calls: NonNullable<GatedReply['calls']>): ParsedReply {
  const [first, ...others] = calls.map(([name, input]) => ({ name, arguments: input }));
  if (first === undefined) return { kind: 'text', text, fixes: [] };
  return { kind: 'calls', calls: [first, ...others], fixes: [] };
}
