import { bounded } from '../bounded.ts';

/** A response body as it arrives, for one reader. */
export interface ByteStream {
  /**
   * Resolves to every piece that arrived since the last read, in order. Waits if there is none. `undefined` is the end.
   * Rejects if the connection breaks or the request is aborted.
   */
  read(): Promise<readonly Uint8Array[] | undefined>;
  /** Whether the next read is known to return the end. */
  readonly isOver: boolean;
  /** Discards the rest of the body and frees its connection. Does nothing after the end. */
  close(): void;
}

/** How a {@link ByteQueue} pauses and stops its source. */
export interface ByteSource {
  pause(): void;
  resume(): void;
  stop(): void;
}

/** A queue of bytes that a source pushes and a reader takes. The source is paused while more than 64 KiB wait to be read. */
export class ByteQueue implements ByteStream {
  readonly #source: ByteSource;
  #pieces: Uint8Array[] = [];
  #waitingBytes = 0;
  #ended = false;
  #failure: Error | undefined;
  #reader: Reader | undefined;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  get isOver(): boolean {
    return this.#ended && this.#pieces.length === 0;
  }

  push(piece: Uint8Array): void {
    if (this.#reader !== undefined) {
      this.#answer([piece]);
      return;
    }
    this.#pieces.push(piece);
    this.#waitingBytes += piece.byteLength;
    if (this.#waitingBytes > highWaterMark) this.#source.pause();
  }

  end(): void {
    this.#ended = true;
    this.#answer(undefined);
  }

  fail(error: Error): void {
    this.#failure = error;
    this.#reader?.reject(error);
    this.#reader = undefined;
  }

  read(): Promise<readonly Uint8Array[] | undefined> {
    if (this.#pieces.length > 0) return Promise.resolve(this.#takePieces());
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#reader = { resolve, reject };
    });
  }

  close(): void {
    if (!this.#ended && this.#failure === undefined) this.#source.stop();
  }

  #answer(pieces: readonly Uint8Array[] | undefined): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.resolve(pieces);
  }

  #takePieces(): readonly Uint8Array[] {
    const pieces = this.#pieces;
    this.#pieces = [];
    const isPaused = this.#waitingBytes > highWaterMark;
    // Before `resume()`, which may push more pieces at once and pause the source again.
    this.#waitingBytes = 0;
    if (isPaused) this.#source.resume();
    return pieces;
  }
}

/** Reads the body of a standard `Response`, for example from the user's own `fetch`, until the signal aborts. */
export function webByteStream(
  body: ReadableStream<Uint8Array> | null,
  signal: AbortSignal,
): ByteStream {
  if (body === null) return emptyStream;
  const reader = body.getReader();
  return {
    isOver: false,
    async read() {
      const { done, value } = await bounded(signal, () => reader.read());
      return done ? undefined : [value];
    },
    close() {
      // Cancelling a failed stream rejects with the failure that the reader already got.
      reader.cancel().catch(() => {});
    },
  };
}

interface Reader {
  resolve(pieces: readonly Uint8Array[] | undefined): void;
  reject(error: Error): void;
}

const highWaterMark = 64 * 1024;

const emptyStream: ByteStream = { isOver: true, read: async () => undefined, close: () => {} };
