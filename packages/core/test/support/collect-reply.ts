import type { RawDelta, RawReply } from '../../src/dialect/wire.ts';
import type { Transport, TransportEvent, TransportRequest } from '../../src/transport/transport.ts';

/** Everything that one request brought. */
export interface CollectedReply {
  readonly events: readonly (TransportEvent | Finished)[];
  /** The deltas that are not void. */
  readonly deltas: readonly RawDelta[];
  readonly reply: RawReply;
}

/** What the request returned, as the last of its events. */
interface Finished {
  readonly type: 'finished';
  readonly reply: RawReply;
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
  const events: (TransportEvent | Finished)[] = [];
  let deltas: RawDelta[] = [];
  const body = request.body ?? { messages: [{ role: 'user', content: 'Hi.' }] };
  const receiving = transport.send({ ...request, body, stream }, signal);
  let next = await receiving.next();
  for (; next.done !== true; next = await receiving.next()) {
    const event = next.value;
    events.push(event);
    if (event.type === 'delta') deltas.push(event.delta);
    if (event.type === 'stream-restarted') deltas = [];
  }
  const reply = next.value;
  events.push({ type: 'finished', reply });
  return { events, deltas, reply };
}
