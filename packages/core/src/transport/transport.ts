import type { RawDelta, RawReply, WireBody } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';

/** A request to a model endpoint. */
export interface TransportRequest {
  readonly body: WireBody;
  /** Fields for this server alone (`top_k`, `cache_salt`, …), laid over the body. */
  readonly extraBody?: JsonObject | undefined;
  /** Whether the reply comes in pieces. */
  readonly stream: boolean;
}

/** A request that failed and is sent again. */
export interface RequestRetried {
  readonly type: 'request-retried';
  /** Number of the try that failed, from 1. */
  readonly attempt: number;
  readonly reason: string;
  /** Milliseconds before the next try. */
  readonly delayMs: number;
}

/** A stream that broke: every delta since the request began is void, and the request begins anew. */
export interface StreamRestarted {
  readonly type: 'stream-restarted';
  readonly reason: string;
}

/** What comes up from a transport. */
export type TransportEvent =
  | { readonly type: 'delta'; readonly delta: RawDelta }
  | RequestRetried
  | StreamRestarted;

/** Wire messages in, raw reply out: the lower of the two ports of a model. It knows no dialect. */
export interface Transport {
  /** Where requests go, such as `http://localhost:8080/v1`. */
  readonly endpoint: string;
  /** The id that the server knows the model by. */
  readonly model: string;
  /**
   * Yields deltas in order, at most one per chunk of the network, and returns the whole reply.
   * Throws `ModelError`, or the signal's reason when it aborts; stops promptly then, and leaves no socket,
   * timer or listener behind. Leaving the iteration early ends the request.
   */
  send(request: TransportRequest, signal: AbortSignal): AsyncGenerator<TransportEvent, RawReply>;
}
