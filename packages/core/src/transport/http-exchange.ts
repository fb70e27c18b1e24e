import { type ByteStream, webByteStream } from './byte-stream.ts';
import type { Cancellation } from './cancellation.ts';

/** A request that is ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  /** UTF-8; `null` for GET. */
  readonly body: Buffer | null;
  readonly cancellation: Cancellation;
}

/** Status and headers of a response, and its body as bytes. */
export class HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly bytes: ByteStream;

  constructor(status: number, headers: ResponseHeaders, bytes: ByteStream) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  /** Converts a standard `Response`. */
  static from(response: Response, signal: AbortSignal): HttpResponse {
    const bytes = webByteStream(response.body, signal);
    return new HttpResponse(response.status, response.headers, bytes);
  }
}

/** The part of the standard `Headers` that the transport uses. */
export interface ResponseHeaders {
  get(name: string): string | null;
  entries(): Iterable<[string, string]>;
}

/** The request did not reach a server, or no response started. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('The request got no response.', { cause });
  }
}

/** Sends one request and resolves when the response headers arrive. Rejects with `NetworkError`, also if it is cancelled. */
export type SendHttp = (url: string, request: HttpRequest) => Promise<HttpResponse>;
