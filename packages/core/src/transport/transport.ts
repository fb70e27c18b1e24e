import type { StreamRestarted } from '../dialect/dialect.ts';
import type { RawDelta, RawReply, WireBody } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';

/** A request to a model endpoint. */
export interface TransportRequest {
  readonly body: WireBody;
  /** Fields for this server only (`top_k`, `cache_salt`, …), merged into the body. */
  readonly extraBody?: JsonObject | undefined;
  /** Whether to ask for a streamed reply. */
  readonly stream: boolean;
  /** Whether a streamed request asks for usage with `stream_options`. @default true */
  readonly streamOptions?: boolean | undefined;
}

/** A request failed and will be sent again. */
export interface RequestRetried {
  readonly type: 'request-retried';
  /** Number of the try that failed; the first is 1. */
  readonly attempt: number;
  readonly reason: string;
  /** Milliseconds before the next try. */
  readonly delayMs: number;
}

/** What a transport yields while a reply arrives. */
export type TransportEvent =
  | { readonly type: 'delta'; readonly delta: RawDelta }
  | RequestRetried
  | StreamRestarted;

/** Sends wire messages and returns the raw reply. It is the lower of the two ports of a model and does not know dialects. */
export interface Transport {
  /** Base URL of the server, such as `http://localhost:8080/v1`. */
  readonly endpoint: string;
  /** The id of the model on the server. */
  readonly model: string;
  /** Fields that it adds to the body of every request. */
  readonly extraBody?: JsonObject | undefined;
  /** Milliseconds that a request may take. What happens before `send`, such as loading images, may take as long. */
  readonly totalMs?: number | undefined;
  /**
   * Yields deltas in order, at most one per network chunk, and returns the complete reply.
   * Throws `ModelError`, or the signal's reason if the signal aborts. It then stops at once and leaves no socket,
   * timer or listener. Returning from the iteration early ends the request.
   */
  send(request: TransportRequest, signal: AbortSignal): AsyncGenerator<TransportEvent, RawReply>;
}
