import type { RawReply } from '../../src/dialect/wire.ts';
import { createOpenAITransport } from '../../src/transport/openai-transport.ts';
import type { TransportEvent, TransportRequest } from '../../src/transport/transport.ts';
import { done, event } from './model-server.ts';

/** A reply as the JSON of a server. */
export interface ServedReply {
  readonly message: Readonly<Record<string, unknown>>;
  /** The texts in the message. */
  readonly texts: readonly string[];
  readonly finish: string;
  /** More fields of the choice, such as `error`. */
  readonly choice: Readonly<Record<string, unknown>>;
  readonly usage: unknown;
  /** The indices of the calls of a stream. */
  readonly index: ServedIndex;
  /** Into how many pieces a stream cuts each text. */
  readonly pieces: number;
}

/** Each call of a stream has an index of its own, none has one, or all have the same one. */
export type ServedIndex = 'own' | 'none' | 'same';

/** A response that is not a reply of a model. */
export interface ServedFailure {
  readonly status: number;
  readonly text: string;
}

/** Sends a request through the real transport, which gets this reply from a `fetch`. A reply that breaks is not requested again. */
export function sendToServer(
  reply: ServedReply | ServedFailure,
  request: TransportRequest,
  signal: AbortSignal,
): AsyncGenerator<TransportEvent, RawReply> {
  const transport = createOpenAITransport({
    baseURL: 'http://served.invalid/v1',
    model: 'served',
    retry: { maxRetries: 0, maxLoadingMs: 0 },
    fetch: async () => responseOf(reply, request),
  });
  return transport.send(request, signal);
}

function responseOf(reply: ServedReply | ServedFailure, { stream }: TransportRequest): Response {
  if ('status' in reply) return new Response(reply.text, { status: reply.status });
  return stream ? streamOf(reply) : wholeOf(reply);
}

function wholeOf({ message, finish, choice, usage }: ServedReply): Response {
  const choices = [
    { index: 0, message: { role: 'assistant', ...message }, finish_reason: finish, ...choice },
  ];
  return Response.json({ choices, usage });
}

function streamOf(reply: ServedReply): Response {
  const { message, finish, choice, usage } = reply;
  const deltas = Object.entries(message).flatMap(([name, value]) => deltasOf(name, value, reply));
  const chunk = (delta: object, more: object = { finish_reason: null }) =>
    event({ choices: [{ index: 0, delta, ...more }] });
  const body = [
    chunk({ role: 'assistant' }),
    ...deltas.map((delta) => chunk(delta)),
    chunk({}, { finish_reason: finish, ...choice }),
    event({ choices: [], usage }),
    done,
  ].join('');
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } });
}

function deltasOf(name: string, value: unknown, { index: kind, pieces }: ServedReply): object[] {
  if (typeof value === 'string') {
    return cut(value, pieces).map((piece) => ({ [name]: piece }));
  }
  if (name !== 'tool_calls' || !Array.isArray(value)) return [{ [name]: value }];
  return value.flatMap((entry: unknown, index) => {
    if (!isObject(entry)) return [{ tool_calls: [entry] }];
    const place = kind === 'none' ? {} : { index: kind === 'own' ? index : 0 };
    const called = isObject(entry.function) ? entry.function : undefined;
    const input = called?.arguments;
    if (called === undefined || typeof input !== 'string') {
      return [{ tool_calls: [{ ...place, ...entry }] }];
    }
    const [first = '', ...rest] = cut(input, pieces);
    return [
      { tool_calls: [{ ...place, ...entry, function: { ...called, arguments: first } }] },
      ...rest.map((piece) => ({ tool_calls: [{ ...place, function: { arguments: piece } }] })),
    ];
  });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function cut(text: string, pieces: number): readonly string[] {
  const size = Math.max(1, Math.ceil(text.length / pieces));
  return text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [text];
}
