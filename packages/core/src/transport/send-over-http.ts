import type { RawReply } from '../dialect/wire.ts';
import { type EncodedRequest, RequestInFlight, type Sender } from './request-in-flight.ts';
import type { TransportEvent } from './transport.ts';
import { waitFor } from './with-retries.ts';

/** Sends one request and yields its events. It fulfils the contract of `Transport.send`. */
export async function* sendOverHttp(
  sender: Sender,
  encoded: EncodedRequest,
  signal: AbortSignal,
): AsyncGenerator<TransportEvent, RawReply> {
  signal.throwIfAborted();
  await sender.limiter?.enter(signal);
  const request = new RequestInFlight(sender, encoded, signal);
  try {
    for (;;) {
      const sent = request.send();
      // Calling the generator `retry` for every request is slow, and almost every first try is accepted.
      try {
        request.begin(await sent);
      } catch {
        request.begin(yield* request.retry(sent));
      }
      // Deltas are yielded only here. A nested generator would add a promise per delta.
      try {
        while (!request.isOver) {
          const delta = request.take(await request.read());
          if (delta !== undefined) yield { type: 'delta', delta };
        }
        break;
      } catch (error) {
        const restart = request.recover(error);
        if (restart === undefined) {
          yield* request.takeRest();
          break;
        }
        yield restart.event;
        await waitFor(restart.delayMs, request.signal);
      }
    }
    return request.reply();
  } catch (error) {
    throw request.endedBy(error);
  } finally {
    request.close();
    sender.limiter?.leave();
  }
}
