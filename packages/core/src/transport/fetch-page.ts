import { type JsonObject, type JsonValue, parseJson } from '../json.ts';
import { Cancellation } from './cancellation.ts';
import type { HttpRequest, HttpResponse, SendHttp } from './http-exchange.ts';
import type { WireDebug } from './wire-debug.ts';

/** A page of a server beside its chat completions, such as `/models`. */
export interface ServerPage {
  /** The whole address. */
  readonly url: string;
  /** Sent with POST; without one the page is asked for with GET. */
  readonly body?: JsonObject;
}

/** What a server gave for a page: `json` is `null` where it is no JSON, or more than 4 MiB of it. */
export interface ServerAnswer {
  readonly status: number;
  readonly json: JsonValue;
}

/** Asks a server for a page, once. Rejects where there is no answer, or with the abort. */
export type FetchPage = (page: ServerPage, signal: AbortSignal) => Promise<ServerAnswer>;

/** How a page is asked for. */
export interface PageFetcherParts {
  readonly send: SendHttp;
  /** Headers of every request, the key among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly debug: WireDebug | undefined;
}

/** Asks for a page over the connection of a transport. */
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
  const reception = await send(url, request);
  debug?.response(reception.status, reception.headers.entries());
  const text = await readText(reception);
  if (text !== undefined) debug?.data(text);
  return { status: reception.status, json: parseJson(text ?? '') ?? null };
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

/** Bytes of a page that are read at most: some providers list every model there is. */
const longestPage = 4 * 1024 * 1024;
