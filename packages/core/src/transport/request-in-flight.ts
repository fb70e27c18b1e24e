import type { RawDelta, RawReply } from '../dialect/wire.ts';
import { ModelError, toError } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';
import type { ByteStream } from './byte-stream.ts';
import { Cancellation } from './cancellation.ts';
import { Deadline, type Timeouts } from './deadline.ts';
import { explainFailure } from './explain-failure.ts';
import { explainUnreachable } from './explain-unreachable.ts';
import { type HttpResponse, NetworkError } from './http-exchange.ts';
import type { Limiter } from './limiter.ts';
import { ServerFault } from './reply-builder.ts';
import { BrokenReply, ForeignBody, ReplyReader } from './reply-reader.ts';
import type { RequestRetried, StreamRestarted } from './transport.ts';
import type { WireDebug } from './wire-debug.ts';
import { delayBefore, isWorthRetrying, type RetryPlan, withRetries } from './with-retries.ts';

/** What every request of one transport shares. */
export interface Sender {
  readonly endpoint: string;
  readonly model: string;
  readonly plan: RetryPlan;
  readonly timeouts: Timeouts;
  readonly limiter: Limiter | undefined;
  readonly debug: WireDebug | undefined;
  /** Sends a body and resolves at the response's head, whatever its status. Rejects with `NotSent` or what cancelled it. */
  post(body: Buffer, cancellation: Cancellation): Promise<HttpResponse>;
}

/** What to tell and how long to wait before a broken exchange begins anew. */
export interface Restart {
  readonly event: RequestRetried | StreamRestarted;
  readonly delayMs: number;
}

/** One request from its first byte to its reply, over as many tries as it takes. */
export class RequestInFlight {
  readonly #sender: Sender;
  readonly #body: Buffer;
  readonly #isStreamed: boolean;
  readonly #userSignal: AbortSignal;
  readonly #cancellation: Cancellation;
  readonly #deadline: Deadline;
  #sent = 0;
  #bytes: ByteStream | undefined;
  #reader = unread;
  #response: HttpResponse | undefined;
  #chunks = 0;
  #hasBegun = false;
  #isOver = false;

  constructor(sender: Sender, request: { body: Buffer; stream: boolean; signal: AbortSignal }) {
    this.#sender = sender;
    this.#body = request.body;
    this.#isStreamed = request.stream;
    this.#userSignal = request.signal;
    this.#cancellation = new Cancellation(request.signal);
    this.#deadline = new Deadline(sender.timeouts, sender.endpoint, (error) =>
      this.#cancellation.cancel(error),
    );
  }

  /** Aborts with the user's reason, or with the timeout that ended it. */
  get signal(): AbortSignal {
    return this.#cancellation.signal;
  }

  /** Whether the body has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Sends the request, and resolves when a server has accepted it. Throws `ModelError` or the signal's reason. */
  async send(): Promise<HttpResponse> {
    this.#sent += 1;
    if (this.#isStreamed) this.#deadline.expect('firstToken');
    try {
      const response = await this.#sender.post(this.#body, this.#cancellation);
      this.#response = response;
      this.#sender.debug?.response(response.status, response.headers.entries());
      if (response.status >= 200 && response.status < 300) return response;
      const body = await readText(response.bytes);
      this.#sender.debug?.data(body);
      throw this.#explainBody(response.status, body);
    } catch (error) {
      this.#deadline.rest();
      throw error instanceof NetworkError ? this.explain(error) : error;
    }
  }

  /** Sends the request again until a server accepts it; `first` is a try that failed. Throws `ModelError` or the signal's reason. */
  async *retry(first: Promise<HttpResponse>): AsyncGenerator<RequestRetried, HttpResponse> {
    return yield* withRetries({
      plan: this.#sender.plan,
      used: this.#sent - 1,
      signal: this.signal,
      first,
      attempt: () => this.send(),
    });
  }

  /** The reply is read out of this response from now on. */
  begin(response: HttpResponse): void {
    this.#response = response;
    this.#reader = new ReplyReader(this.#sender.debug?.data);
    this.#bytes = response.bytes;
    this.#isOver = false;
    this.#chunks = 0;
    this.#hasBegun = false;
  }

  /** The next bytes of the body; `undefined` when it is over. */
  read(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#reader.isComplete) this.#deadline.expect('betweenTokens', this.#graceMs);
    else if (this.#isStreamed && this.#reader.chunks !== this.#chunks) this.#expectMore();
    return this.#bytes?.read() ?? noBytes;
  }

  /** What the bytes say. Throws what {@link ReplyReader} throws. */
  take(bytes: readonly Uint8Array[] | undefined): RawDelta | undefined {
    if (bytes !== undefined) this.#reader.feed(bytes);
    // A piece of a stream is handed on before the end is looked at: it may be no proper one.
    const isOver = bytes === undefined || (!this.#isStreamed && this.#bytes?.isOver === true);
    if (isOver) {
      this.#isOver = true;
      this.#reader.end();
    }
    const delta = this.#reader.takeDelta();
    // The time that the reader of deltas takes is not the server's.
    if (delta !== undefined) {
      this.#hasBegun = true;
      this.#deadline.rest();
    }
    return this.#isStreamed ? delta : undefined;
  }

  /** The reply, once the body is over. */
  reply(): RawReply {
    return this.#reader.reply();
  }

  /**
   * What follows from a failure while the body was read: nothing when the reply is whole all the same, else a new
   * start. Throws the error to end with when there is none.
   */
  recover(thrown: unknown): Restart | undefined {
    this.#bytes?.close();
    if (this.#userSignal.aborted) throw this.#userSignal.reason;
    if (this.#reader.isComplete) return undefined;
    const error = this.explain(thrown);
    const { plan } = this.#sender;
    if (this.#sent > plan.maxRetries || !isWorthRetrying(error, plan)) throw error;
    this.#deadline.rest();
    const delayMs = delayBefore(this.#sent, error, plan);
    const reason = error.message;
    return this.#isStreamed
      ? { event: { type: 'stream-restarted', reason }, delayMs }
      : { event: { type: 'request-retried', attempt: this.#sent, reason, delayMs }, delayMs };
  }

  /** What to end with after a failure: the user's reason or the timeout where one of them was behind it. */
  endedBy(thrown: unknown): unknown {
    return this.#cancellation.isCancelled ? this.explain(thrown) : thrown;
  }

  /** Whatever was thrown, as what the caller is told. */
  explain(thrown: unknown): Error {
    if (this.#userSignal.aborted) return this.#userSignal.reason;
    if (this.#cancellation.isCancelled) return toError(this.#cancellation.reason);
    if (thrown instanceof ServerFault) {
      return this.#explainBody(statusOf(thrown.body), JSON.stringify(thrown.body));
    }
    if (thrown instanceof ForeignBody) {
      return this.#explainBody(this.#response?.status ?? 200, thrown.body);
    }
    if (thrown instanceof BrokenReply) return this.#explainBroken(thrown);
    return explainUnreachable(thrown, {
      endpoint: this.#sender.endpoint,
      attempts: this.#sent,
    });
  }

  /** Ends whatever is still under way; no socket, timer or listener is left. */
  close(): void {
    this.#cancellation.close();
    this.#deadline.stop();
    this.#bytes?.close();
  }

  get #graceMs(): number {
    return this.#reader.isDone ? graceAfterDoneMs : graceAfterFinishMs;
  }

  #expectMore(): void {
    this.#chunks = this.#reader.chunks;
    if (this.#hasBegun) this.#deadline.expect('betweenTokens');
  }

  #explainBody(status: number, body: string): ModelError {
    const { endpoint, model } = this.#sender;
    const headers = this.#response?.headers ?? noHeaders;
    return explainFailure({ status, body, headers, endpoint, model, attempts: this.#sent });
  }

  #explainBroken(error: BrokenReply): ModelError {
    return new ModelError(
      'model_failed',
      `${this.#sender.endpoint} broke off its reply: ${error.message}`,
      {
        kind: 'broken-reply',
        attempts: this.#sent,
        cure: "Look at the server's log; `TURNWISE_DEBUG=wire` prints what came.",
      },
      { cause: error },
    );
  }
}

/** Milliseconds that a body may take to end after `[DONE]`, so that its connection can be used again. */
const graceAfterDoneMs = 100;

/** Milliseconds that the usage, `[DONE]` and the end may take once the reply is whole. */
const graceAfterFinishMs = 2_000;

/** Bytes of a failed response's body that are read at most. */
const longestFailure = 1024 * 1024;

const noBytes = Promise.resolve(undefined);

/** Stands for the reader of a response that has not come. */
const unread = new ReplyReader();

const noHeaders = { get: () => null };

async function readText(bytes: ByteStream): Promise<string> {
  const all: Uint8Array[] = [];
  let length = 0;
  while (length < longestFailure) {
    // A body that breaks off has said something all the same, and its status has.
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

/** The status in an error's `code`, which is a number (vLLM, llama.cpp) or a name (OpenAI); else that of a failing server. */
function statusOf(body: JsonValue): number {
  const outer = isJsonObject(body) ? body : {};
  const { code } = isJsonObject(outer.error) ? outer.error : outer;
  const status = Number(code);
  return status >= 400 && status < 600 ? status : 500;
}
