import type { RawReply } from '../../src/dialect/wire.ts';
import { ModelError } from '../../src/errors.ts';
import type { Transport, TransportRequest } from '../../src/transport/transport.ts';
import type { WireReply } from './scripted-transport.ts';

/** How a server with a context window behaves. */
export interface CountingOptions {
  /** Tokens of prompt and reply together. */
  readonly window: number;
  /** What it replies to a request; `place` counts all of them from 0. */
  readonly replyTo: (request: TransportRequest, place: number) => WireReply;
  /** Whether it silently cuts a prompt that is too long instead of refusing it. */
  readonly truncates?: boolean;
  /** The count that it reports for every prompt, in place of the real one. */
  readonly countsAlways?: number;
  /** Whether a refusal names the size of the window and of the prompt. */
  readonly namesSizes?: boolean;
}

/** A transport that counts what it is sent, as a server does. */
export interface CountingTransport extends Transport {
  readonly requests: readonly TransportRequest[];
  /** Tokens of each prompt, refused ones included. */
  readonly counts: readonly number[];
  /** How many prompts were refused as too long. */
  readonly overflows: number;
}

/** Makes such a transport. A token of its is three and a half bytes, which no estimate of ours is made after. */
export function countingTransport(options: CountingOptions): CountingTransport {
  const { window, replyTo, truncates = false, namesSizes = true, countsAlways } = options;
  const requests: TransportRequest[] = [];
  const counts: number[] = [];
  let overflows = 0;
  return {
    endpoint: 'counting:',
    model: 'counting',
    requests,
    counts,
    get overflows() {
      return overflows;
    },
    // biome-ignore lint/correctness/useYield: it has no pieces to show, only a reply.
    async *send(request, signal) {
      signal.throwIfAborted();
      requests.push(request);
      const promptTokens = countPrompt(request);
      counts.push(promptTokens);
      const tokensLeft = window - (request.body.max_tokens ?? 1);
      if (promptTokens > tokensLeft && !truncates) {
        overflows += 1;
        throw new ModelError(
          'context_overflow',
          'The prompt is too long.',
          namesSizes
            ? { contextWindow: window, promptTokens: Math.min(promptTokens, tokensLeft + 1) }
            : {},
        );
      }
      const { end } = replyTo(request, requests.length - 1);
      if (end instanceof Error) throw end;
      const inputTokens = countsAlways ?? Math.min(promptTokens, tokensLeft);
      const reply: RawReply = {
        ...end,
        usage: { inputTokens, outputTokens: 3, cachedInputTokens: 0 },
      };
      return reply;
    },
  };
}

/** Images cost nothing here; their bytes are not text. */
function countPrompt({ body: { messages, tools = [] } }: TransportRequest): number {
  const text = JSON.stringify([messages, tools]).replace(/data:[^"]*/g, '');
  return Math.ceil(Buffer.byteLength(text) / 3.5);
}
