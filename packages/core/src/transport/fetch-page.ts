import { type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { Cancellation } from './cancellation.ts';
import type { HttpRequest, HttpResponse, SendHttp } from './http-exchange.ts';
import type { WireDebug } from './wire-debug.ts';

/** A page of a server other than its chat completions, such as `/models`. */
export interface ServerPage {
  /** The complete address. */
  readonly url: string;
  /** Sent with POST; without a body the page is requested with GET. */
  readonly body?: JsonObject;
}

/** The answer for a page. `json` is `null` if the body is not JSON or is longer than 4 MiB. */
export interface ServerAnswer {
  readonly status: number;
  readonly json: JsonValue;
}

/** Requests a page once. Rejects if there is no answer, or with the signal's reason. */
export type FetchPage = (page: ServerPage, signal: AbortSignal) => Promise<ServerAnswer>;

/** What every request for a page shares. */
export interface PageFetcherParts {
  readonly send: SendHttp;
  /** Headers of every request, including the API key. */
  readonly headers: Readonly<Record<string, string>>;
  readonly debug: WireDebug | undefined;
}

/** Requests a page over the connections of a transport. */
export async function pageFetcher(
  parts: PageFetcherParts,
  page: ServerPage,
  signal: AbortSignal,
): Promise<ServerAnswer> {
  const cancellation = new Cancellation(signal);
  try {
    return await fetchOnce(parts, page, cancellation);
  } catch (thrown) {
    cancellation.throwIfCancelled();
    throw thrown;
  } finally {
    cancellation.close();
  }
}

async function fetchOnce(
  { send, headers, debug }: PageFetcherParts,
  { url, body }: ServerPage,
  cancellation: Cancellation,
): Promise<ServerAnswer> {
  const request: HttpRequest = {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
    cancellation,
  };
  debug?.request(url, request);
  const response = await send(url, request);
  debug?.response(response.status, response.headers.entries());
  const text = await readText(response);
  if (text !== undefined) debug?.data(text);
  return { status: response.status, json: parseJson(text ?? '') ?? null };
}

async function readText({ bytes }: HttpResponse): Promise<string | undefined> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const read = await bytes.read();
    if (read === undefined) return Buffer.concat(pieces).toString();
    pieces.push(...read);
    size += read.reduce((sum, { byteLength }) => sum + byteLength, 0);
    if (size > longestPage) {
      bytes.close();
      return undefined;
    }
  }
}

/** Maximum bytes of a page; some providers list thousands of models. */
const longestPage = 4 * 1024 * 1024;
