import { type ByteStream, webByteStream } from './byte-stream.ts';

/** A request, ready to be sent. */
export interface BytesToSend {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  /** Empty for GET. */
  readonly body: string;
  readonly signal: AbortSignal | null;
}

/**
 * The head of a response and its undecoded body.
 * It looks successful whatever the status: the reader judges that itself, and a client that did would
 * swallow the body of a failure.
 */
export class Reception {
  readonly ok = true;
  readonly status: number;
  readonly headers: ReceivedHeaders;
  readonly url: string;
  readonly bytes: ByteStream;

  constructor(status: number, headers: ReceivedHeaders, url: string, bytes: ByteStream) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.bytes = bytes;
  }

  /** The same for a standard `Response`. */
  static from(response: Response): Reception {
    return new Reception(
      response.status,
      response.headers,
      response.url,
      webByteStream(response.body),
    );
  }
}

/**
 * Whether a value is a {@link Reception}. Told by its shape: under a loader that mixes CommonJS with modules, what
 * is imported on first use can hold a second copy of the class.
 */
export function isReception(value: unknown): value is Reception {
  return typeof value === 'object' && value !== null && 'bytes' in value && 'status' in value;
}

/** The part of the standard `Headers` that is used here. */
export interface ReceivedHeaders {
  get(name: string): string | null;
  entries(): Iterable<[string, string]>;
}

/** Sends one request and resolves at the response's head. */
export type SendBytes = (url: string, request: BytesToSend) => Promise<Reception>;
