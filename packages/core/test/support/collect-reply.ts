import type { RawDelta, RawReply } from '../../src/dialect/wire.ts';
import type { Transport, TransportEvent, TransportRequest } from '../../src/model/transport.ts';

/** Everything that one request brought. */
export interface CollectedReply {
  readonly events: readonly TransportEvent[];
  /** The deltas that are not void. */
  readonly deltas: readonly RawDelta[];
  readonly reply: RawReply | undefined;
}

/** Sends a request and reads it to its end. */
export async function collectReply(
  transport: Transport,
  {
    stream = true,
    signal = new AbortController().signal,
    ...request
  }: Partial<TransportRequest> & { signal?: AbortSignal } = {},
): Promise<CollectedReply> {
  const events: TransportEvent[] = [];
  let deltas: RawDelta[] = [];
  let reply: RawReply | undefined;
  const body = request.body ?? { messages: [{ role: 'user', content: 'Hi.' }] };
  for await (const event of transport.send({ ...request, body, stream }, signal)) {
    events.push(event);
    if (event.type === 'delta') deltas.push(event.delta);
    if (event.type === 'stream-restarted') deltas = [];
    if (event.type === 'finished') reply = event.reply;
  }
  return { events, deltas, reply };
}
