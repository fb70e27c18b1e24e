import type { JsonObject, Model } from '@turnwise/core';
import type { ModelProgress, ModelReply, ParsedReply } from '@turnwise/core/model';

/** A piece of a reply: what the model sends, or a promise that it waits for. */
export type Piece =
  | Exclude<ModelProgress, { readonly type: 'request-prepared' }>
  | Promise<unknown>;

/** A reply: its pieces, and what it is in the end. */
export interface PlayedReply {
  readonly pieces?: readonly Piece[];
  readonly parsed: ParsedReply;
  readonly reasoning?: string;
}

/** Text that arrives in these pieces. */
export function texts(...pieces: readonly string[]): Piece[] {
  return pieces.map((text) => ({ type: 'text-delta', text }));
}

/** A reply that is the text of its pieces. */
export function writes(...pieces: readonly string[]): PlayedReply {
  return {
    pieces: texts(...pieces),
    parsed: { kind: 'text', text: pieces.join(''), fixes: [] },
  };
}

/** A reply with calls, after other pieces. */
export function calls(
  list: readonly (readonly [name: string, input: JsonObject])[],
  before: readonly Piece[] = [],
): PlayedReply {
  const [first, ...others] = list.map(([name, input]) => ({ name, arguments: input }));
  if (first === undefined) throw new RangeError('A reply with calls has at least one.');
  const deltas = list.map(
    ([name, input], index): Piece => ({
      type: 'call-delta',
      index,
      name,
      arguments: JSON.stringify(input),
    }),
  );
  return {
    pieces: [...before, ...deltas],
    parsed: { kind: 'calls', calls: [first, ...others], fixes: [] },
  };
}

/** A model that sends replies piece by piece. After the last reply it repeats it. */
export function playedModel(...replies: readonly PlayedReply[]): Model {
  let next = 0;
  return {
    id: 'played',
    async *request(request, signal): AsyncGenerator<ModelProgress, ModelReply> {
      const reply = replies[Math.min(next, replies.length - 1)];
      next += 1;
      if (reply === undefined) throw new RangeError('A played model needs a reply.');
      const messages = request.transcript.turns.length;
      const tools = request.tools?.length ?? 0;
      const sent = { dialect: 'native', messages, estimatedTokens: 0, tools } as const;
      yield { type: 'request-prepared', ...sent };
      for (const piece of reply.pieces ?? []) {
        if (piece instanceof Promise) await untilAborted(piece, signal);
        else yield piece;
      }
      const { parsed, reasoning = '' } = reply;
      const text = parsed.kind === 'text' ? parsed.text : '';
      return {
        parsed,
        raw: { text, reasoning, calls: [], finishReason: 'stop' },
        usage: { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 },
        finishReason: 'stop',
        dialect: 'native',
      };
    },
  };
}

function untilAborted(promise: Promise<unknown>, signal: AbortSignal): Promise<unknown> {
  signal.throwIfAborted();
  const aborted = new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([promise, aborted]);
}
