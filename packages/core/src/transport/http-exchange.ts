import { type ByteStream, webByteStream } from './byte-stream.ts';
import type { Cancellation } from './cancellation.ts';

/** A request, ready to be sent. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly headers: Record<string, string>;
  /** UTF-8; `null` for GET. */
  readonly body: Buffer | null;
  readonly cancellation: Cancellation;
}

/** The head of a response and its undecoded body. */
export class HttpResponse {
  readonly status: number;
  readonly headers: ResponseHeaders;
  readonly bytes: ByteStream;

  constructor(status: number, headers: ResponseHeaders, bytes: ByteStream) {
    this.status = status;
    this.headers = headers;
    this.bytes = bytes;
  }

  /** The same for a standard `Response`. */
  static from(response: Response): HttpResponse {
    return new HttpResponse(response.status, response.headers, webByteStream(response.body));
  }
}

/** The part of the standard `Headers` that is used here. */
export interface ResponseHeaders {
  get(name: string): string | null;
  entries(): Iterable<[string, string]>;
}

/** The request did not reach a server, or its response never began. */
export class NetworkError extends Error {
  constructor(cause: unknown) {
    super('The request was not answered.', { cause });
  }
}

/** Sends one request and resolves at the response's head. Rejects with `NotSent`, also where it is cancelled. */
export type SendHttp = (url: string, request: HttpRequest) => Promise<HttpResponse>;
