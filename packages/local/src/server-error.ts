import type { Json } from './json.ts';

/** An HTTP error response: the status and the JSON body that the imitated server sends. */
export class ServerError extends Error {
  readonly status: number;
  readonly body: Json;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether Privatemode's proxy sends it; the proxy uses an event stream if the client accepts one. */
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
