import type { FinishReason, RawCall, RawDelta, RawReply, Usage } from '../../src/dialect/wire.ts';
import type { Transport, TransportEvent, TransportRequest } from '../../src/transport/transport.ts';
import { type ServedFailure, type ServedReply, sendToServer } from './served-transport.ts';

/** One scripted exchange below the dialect: what streams, and what the whole reply is, or the error in its place. */
export interface WireReply {
  readonly end: RawReply | Error;
  /** The reply as the JSON of a server, in place of `end`. */
  readonly served?: ServedReply | ServedFailure;
  /** The deltas before the end. @default pieces of the reply */
  readonly deltas?: readonly RawDelta[];
  /** The number of deltas before the stream breaks and restarts. */
  readonly restartsAfter?: number;
}

/** A transport that follows a script and remembers the requests. */
export interface ScriptedTransport extends Transport {
  readonly requests: readonly TransportRequest[];
  /** The replies that came to their end, in order. */
  readonly returned: readonly RawReply[];
  /** Those of them that were the JSON of a server, with what was read from it. */
  readonly read: readonly { readonly served: ServedReply; readonly reply: RawReply }[];
}

interface ScriptOptions {
  /** The reply after the last one, again and again. */
  readonly afterwards?: WireReply;
  /** Whether the JSON of a server is sent as one body even if the request asks for a stream. */
  readonly servesWhole?: boolean;
}

/** Returns the replies in order, and then `afterwards` for every further request. */
export function scriptedTransport(
  script: readonly WireReply[],
  { afterwards = rawText('That is all.'), servesWhole = false }: ScriptOptions = {},
): ScriptedTransport {
  const requests: TransportRequest[] = [];
  const returned: RawReply[] = [];
  const read: { served: ServedReply; reply: RawReply }[] = [];
  return {
    endpoint: 'scripted:',
    model: 'scripted',
    requests,
    returned,
    read,
    async *send(request, signal) {
      signal.throwIfAborted();
      const next = script[requests.length] ?? afterwards;
      const { end, served, deltas = cutUp(end), restartsAfter } = next;
      requests.push(request);
      if (request.stream && restartsAfter !== undefined)
        yield* restart(deltas.slice(0, restartsAfter));
      const reply =
        served === undefined
          ? yield* replay(end, request.stream ? deltas : [], signal)
          : yield* sendToServer(
              served,
              { ...request, stream: request.stream && !servesWhole },
              signal,
            );
      returned.push(reply);
      if (served !== undefined && 'message' in served) read.push({ served, reply });
      return reply;
    },
  };
}

function* replay(
  end: RawReply | Error,
  deltas: readonly RawDelta[],
  signal: AbortSignal,
): Generator<TransportEvent, RawReply> {
  for (const delta of deltas) {
    signal.throwIfAborted();
    yield { type: 'delta', delta };
  }
  signal.throwIfAborted();
  if (end instanceof Error) throw end;
  return end;
}

function* restart(deltas: readonly RawDelta[]): Generator<TransportEvent> {
  for (const delta of deltas) yield { type: 'delta', delta };
  yield { type: 'stream-restarted', reason: 'The connection broke.' };
}

const usage: Usage = { inputTokens: 10, outputTokens: 3, cachedInputTokens: 1 };

/** A reply that is text. */
export function rawText(text: string, finishReason: FinishReason = 'stop'): WireReply {
  return { end: { text, reasoning: '', calls: [], finishReason, usage } };
}

/** A reply of calls, each with the text of its arguments as the server gives it. */
export function rawCalls(
  calls: readonly (readonly [name: string, input: string])[],
  { text = '', finishReason = 'tool-calls' }: { text?: string; finishReason?: FinishReason } = {},
): WireReply {
  const raw = calls.map(([name, input], index): RawCall => {
    return { id: `server_${index}`, name, arguments: input };
  });
  return { end: { text, reasoning: '', calls: raw, finishReason, usage } };
}

/** A request that fails. */
export function rawFailure(error: Error): WireReply {
  return { end: error };
}

/** The deltas of a reply: its text in pieces of three characters, then each call in two. */
function cutUp(end: RawReply | Error): readonly RawDelta[] {
  if (end instanceof Error) return [];
  const texts = end.text.match(/.{1,3}/gs) ?? [];
  const calls = end.calls.flatMap(({ name, arguments: input }, index): RawDelta[] => [
    { calls: [{ index, name }] },
    { calls: [{ index, arguments: input }] },
  ]);
  return [...texts.map((text) => ({ text })), ...calls];
}
