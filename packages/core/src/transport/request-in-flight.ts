import type { StreamRestarted } from '../dialect/dialect.ts';
import type { Fix } from '../dialect/fix.ts';
import type { RawDelta, RawReply, WireBody } from '../dialect/wire.ts';
import { ModelError, toError } from '../errors.ts';
import { BrokenReply } from './broken-reply.ts';
import type { ByteStream } from './byte-stream.ts';
import { Cancellation } from './cancellation.ts';
import { Deadline, type Timeouts } from './deadline.ts';
import {
  type AnsweredRequest,
  explainBrokenReply,
  explainLargeReply,
} from './explain-bad-reply.ts';
import { explainFailure } from './explain-failure.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { type HttpResponse, NetworkError } from './http-exchange.ts';
import type { Limiter } from './limiter.ts';
import { ServerFault } from './reply-builder.ts';
import { ForeignBody, ReplyReader } from './reply-reader.ts';
import type { RequestedReply } from './requested-reply.ts';
import { RetryBudget, type RetryPlan } from './retry-budget.ts';
import type { HideSecrets } from './secrets.ts';
import type { RequestRetried, TransportEvent } from './transport.ts';
import type { WireDebug } from './wire-debug.ts';
import { withRetries } from './with-retries.ts';

/** What all requests of one transport share. */
export interface Sender {
  readonly endpoint: string;
  readonly model: string;
  readonly plan: RetryPlan;
  readonly timeouts: Timeouts;
  /** The most bytes of one reply. */
  readonly maxReplyBytes: number;
  readonly limiter: Limiter | undefined;
  readonly debug: WireDebug | undefined;
  /** Hides the configured secrets in the texts of errors. */
  readonly hide: HideSecrets;
  /** Sends a body and resolves when the response headers arrive, for any status. Rejects with `NetworkError`, or with the reason of the cancellation. */
  post(body: Buffer, cancellation: Cancellation): Promise<HttpResponse>;
}

/** A request that is ready to be sent, and what it asks for. */
export interface EncodedRequest {
  /** The complete body. */
  readonly bytes: Buffer;
  /** Messages and tools before they were encoded, for errors that repeat parts of them. */
  readonly body: WireBody;
  readonly stream: boolean;
  readonly requested: RequestedReply;
}

/** The event to emit and the time to wait before a broken request is sent again. */
export interface Restart {
  readonly event: RequestRetried | StreamRestarted;
  readonly delayMs: number;
}

/** One request until its reply is complete, with all its tries. */
export class RequestInFlight {
  readonly #sender: Sender;
  readonly #request: EncodedRequest;
  readonly #isStreamed: boolean;
  readonly #requested: RequestedReply;
  readonly #userSignal: AbortSignal;
  readonly #cancellation: Cancellation;
  readonly #deadline: Deadline;
  readonly #retries: RetryBudget;
  #sent = 0;
  #bytes: ByteStream | undefined;
  #reader = unread;
  #response: HttpResponse | undefined;
  #chunks = 0;
  #bytesRead = 0;
  #hasBegun = false;
  #isOver = false;

  constructor(sender: Sender, request: EncodedRequest, signal: AbortSignal) {
    this.#sender = sender;
    this.#request = request;
    this.#requested = request.requested;
    this.#isStreamed = request.stream;
    this.#userSignal = signal;
    this.#retries = new RetryBudget(sender.plan);
    this.#cancellation = new Cancellation(signal);
    this.#deadline = new Deadline(sender.timeouts, sender.endpoint, (error) =>
      this.#cancellation.cancel(error),
    );
  }

  /** Aborts with the reason of the user's signal, or with the timeout error. */
  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  /** Whether the response body has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends the request and resolves when the server has accepted it. Throws `ModelError` or the signal's reason. */
  async send(): Promise<HttpResponse> {
    this.#sent += 1;
    if (this.#isStreamed) this.#deadline.expect('firstToken');
    try {
      const response = await this.#sender.post(this.#request.bytes, this.#cancellation);
      this.#response = response;
      this.#sender.debug?.response(response.status, response.headers.entries());
      if (response.status >= 200 && response.status < 300) return response;
      this.#deadline.expect('betweenTokens');
      const body = await readText(response.bytes);
      this.#sender.debug?.data(body);
      throw this.#explainBody(response.status, body);
    } catch (error) {
      this.#deadline.rest();
      throw error instanceof NetworkError ? this.explain(error) : error;
    }
  }

  /** Sends the request again until the server accepts it. `first` is the try that failed. Throws `ModelError` or the signal's reason. */
  async *retry(first: Promise<HttpResponse>): AsyncGenerator<RequestRetried, HttpResponse> {
    return yield* withRetries({
      budget: this.#retries,
      signal: this.signal,
      first,
      attempt: () => this.send(),
    });
  }

  /** Starts to read the reply from this response. */
  begin(response: HttpResponse): void {
    this.#response = response;
    this.#reader = new ReplyReader(this.#requested, this.#sender.debug?.data);
    this.#bytes = response.bytes;
    this.#isOver = false;
    this.#chunks = 0;
    this.#bytesRead = 0;
    this.#hasBegun = false;
  }

  /** Resolves to the next bytes of the body, or to `undefined` at its end. */
  read(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#reader.isComplete) this.#deadline.expect('betweenTokens', this.#graceMs);
    else if (this.#reader.chunks !== this.#chunks) this.#expectMore();
    return this.#bytes?.read() ?? noBytes;
  }

  /** Parses bytes and returns the new part of the reply. Throws what {@link ReplyReader} throws. */
  take(bytes: readonly Uint8Array[] | undefined): RawDelta | undefined {
    if (bytes !== undefined) this.#feed(bytes);
    // A stream emits its last piece before the end is checked: the end may be an error.
    const isOver = bytes === undefined || (!this.#isStreamed && this.#bytes?.isOver === true);
    if (isOver) {
      this.#isOver = true;
      this.#reader.end();
    }
    const delta = this.#reader.takeDelta();
    // The time that the consumer needs for a delta does not count against the server.
    if (delta !== undefined) this.#deadline.rest();
    this.#hasBegun ||= delta !== undefined || this.#reader.isWhole;
    return this.#isStreamed ? delta : undefined;
  }

  /** What a complete reply got in the same read as something that broke its stream. */
  takeRest(): readonly TransportEvent[] {
    const delta = this.#isStreamed ? this.#reader.takeDelta() : undefined;
    return delta === undefined ? [] : [{ type: 'delta', delta }];
  }

  /** The reply. Call it after the body has ended. */
  reply(): RawReply {
    const reply = this.#reader.reply();
    return reply.fixes === undefined ? reply : { ...reply, fixes: this.#hideInFixes(reply.fixes) };
  }

  /** A server can repeat a secret in its finish reason. */
  #hideInFixes(fixes: readonly Fix[]): readonly Fix[] {
    const { hide } = this.#sender;
    return fixes.map((fix) => ('reason' in fix ? { ...fix, reason: hide(fix.reason) } : fix));
  }

  /**
   * Decides what to do after reading the body failed: `undefined` if the reply is complete anyway, otherwise how to
   * send the request again. Throws the final error if the request may not be sent again.
   */
  recover(thrown: unknown): Restart | undefined {
    this.#bytes?.close();
    if (this.#userSignal.aborted) throw this.#userSignal.reason;
    if (this.#reader.isComplete) return undefined;
    const error = this.explain(thrown);
    const retry = this.#retries.next(error);
    if (retry === undefined) throw error;
    this.#deadline.rest();
    const { delayMs } = retry;
    const reason = error.message;
    return this.#isStreamed
      ? { event: { type: 'stream-restarted', reason }, delayMs }
      : { event: { type: 'request-retried', reason, ...retry }, delayMs };
  }

  /** The error to throw after a failure: the user's reason or the timeout if one of them caused it. */
  endedBy(thrown: unknown): unknown {
    return this.#cancellation.isCancelled ? this.explain(thrown) : thrown;
  }

  /** Converts anything that was thrown into the error for the caller. */
  explain(thrown: unknown): Error {
    if (this.#userSignal.aborted) return this.#userSignal.reason;
    if (this.#cancellation.isCancelled) return toError(this.#cancellation.reason);
    const status = this.#response?.status ?? 200;
    if (thrown instanceof ServerFault) {
      return this.#explainBody(status, JSON.stringify(thrown.body), { isInReply: true });
    }
    if (thrown instanceof ForeignBody) return this.#explainBody(status, thrown.body);
    if (thrown instanceof BrokenReply) return explainBrokenReply(thrown, this.#answered);
    if (thrown instanceof ModelError) return thrown;
    return explainUnreachable(thrown, {
      endpoint: this.#sender.endpoint,
      attempts: this.#sent,
      hide: this.#sender.hide,
    });
  }

  /** Ends everything that still runs. No socket, timer or listener is left. */
  close(): void {
    this.#cancellation.close();
    this.#deadline.stop();
    this.#bytes?.close();
  }

  get #graceMs(): number {
    return this.#reader.isDone ? graceAfterDoneMs : graceAfterFinishMs;
  }

  #feed(bytes: readonly Uint8Array[]): void {
    for (const { byteLength } of bytes) this.#bytesRead += byteLength;
    const { maxReplyBytes } = this.#sender;
    if (this.#bytesRead > maxReplyBytes) throw explainLargeReply(maxReplyBytes, this.#answered);
    this.#reader.feed(bytes);
  }

  #expectMore(): void {
    this.#chunks = this.#reader.chunks;
    if (this.#hasBegun) this.#deadline.expect('betweenTokens');
  }

  #explainBody(status: number, text: string, { isInReply = false } = {}): ModelError {
    const { endpoint, model, hide } = this.#sender;
    return explainFailure({
      status,
      isInReply,
      body: text,
      hide,
      headers: this.#response?.headers ?? noHeaders,
      endpoint,
      model,
      attempts: this.#sent,
      sent: this.#request.body,
    });
  }

  get #answered(): AnsweredRequest {
    const { endpoint, hide } = this.#sender;
    return { endpoint, hide, attempts: this.#sent, sent: this.#request.body };
  }
}

/** Milliseconds to wait for the end of the body after `[DONE]`, so that the connection can be reused. */
const graceAfterDoneMs = 100;

/** Milliseconds to wait for usage, `[DONE]` and the end of the body once the reply is complete. */
const graceAfterFinishMs = 2_000;

/** The most bytes that are read from the body of an error response. */
const longestFailure = 1024 * 1024;

const noBytes = Promise.resolve(undefined);

/** Placeholder until a response has arrived. */
const unread = new ReplyReader({});

const noHeaders = { get: () => null };

async function readText(bytes: ByteStream): Promise<string> {
  const all: Uint8Array[] = [];
  let length = 0;
  while (length < longestFailure) {
    // A body that breaks off is still useful, together with its status.
    const pieces = await bytes.read().catch(() => undefined);
    if (pieces === undefined) break;
    for (const piece of pieces) {
      all.push(piece);
      length += piece.byteLength;
    }
  }
  bytes.close();
  return Buffer.concat(all).toString('utf8');
}
