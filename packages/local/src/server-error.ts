import type { Json } from './json.ts';

/** An answer that is an error: the HTTP status and the JSON body of the imitated server. */
export class ServerError extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  /** Privatemode's proxy words its own errors as an event stream for clients that accept one. */
  readonly isFromProxy: boolean;

  constructor(
    status: number,
    body: Json,
    { isFromProxy = false, headers = {} as Record<string, string> } = {},
  ) {
    super(`HTTP ${status}`);
    this.name = new.target.name;
    this.status = status;
    this.body = body;
    this.headers = headers;
    this.isFromProxy = isFromProxy;
  }
}
