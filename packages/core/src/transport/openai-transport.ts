import { bounded } from '../bounded.ts';
import type { JsonObject } from '../json.ts';
import { bodyBytes } from './body-bytes.ts';
import type { Cancellation } from './cancellation.ts';
import { type FetchPage, pageFetcher } from './fetch-page.ts';
import { type HttpRequest, HttpResponse, NetworkError, type SendHttp } from './http-exchange.ts';
import { createLimiter } from './limiter.ts';
import type { EncodedRequest, Sender } from './request-in-flight.ts';
import { readRequestedReply } from './requested-reply.ts';
import { createSecretHider } from './secrets.ts';
import { sendOverHttp } from './send-over-http.ts';
import type { Transport, TransportRequest } from './transport.ts';
import { checkTransportOptions, type OpenAITransportOptions } from './transport-options.ts';
import { createWireDebug } from './wire-debug.ts';

/** A transport that can also fetch other pages of its server, with the same connections and the same key. */
export interface OpenAITransport extends Transport {
  readonly fetchPage: FetchPage;
}

/**
 * Creates a transport to any server with OpenAI's `/v1/chat/completions`. The `openai` client decides the URL and the
 * headers of requests. The transport itself sends them, retries, applies time limits and parses replies.
 * Throws `invalid_options` at once for invalid options. Loads the client at the first request.
 */
export function createOpenAITransport(options: OpenAITransportOptions): OpenAITransport {
  const { endpoint, query, plan, maxReplyBytes } = checkTransportOptions(options);
  const { model, maxConcurrent, extraBody } = options;
  const hide = createSecretHider({ ...options, query });
  const debug = createWireDebug({ hide, headerNames: Object.keys(options.headers ?? {}) });
  let bytes: Promise<SendHttp> | undefined;
  const connect = () => {
    bytes ??= chooseFetch(options);
    return bytes;
  };
  let connecting: Promise<Connection> | undefined;
  let connection: Connection | undefined;
  const openConnection = async (): Promise<Connection> => {
    const head = await buildHead({ ...options, endpoint, query });
    connection = { ...head, send: await connect() };
    return connection;
  };
  const connectOnce = () => {
    connecting ??= openConnection();
    return connecting;
  };
  const postOn = ({ url, headers, send }: Connection, body: Buffer, cancellation: Cancellation) => {
    cancellation.throwIfCancelled();
    const request: HttpRequest = { method: 'POST', headers, body, cancellation };
    debug?.request(url, request);
    return send(url, request);
  };
  const sender: Sender = {
    endpoint,
    model,
    plan,
    maxReplyBytes,
    timeouts: options.timeouts ?? {},
    limiter: maxConcurrent === undefined ? undefined : createLimiter(maxConcurrent),
    debug,
    hide,
    // The connection is set up once; later requests reuse it without an extra promise.
    post: (body, cancellation) =>
      connection === undefined
        ? connectOnce().then((opened) => postOn(opened, body, cancellation))
        : postOn(connection, body, cancellation),
  };
  return {
    endpoint,
    model,
    extraBody,
    totalMs: options.timeouts?.totalMs,
    send: (request, signal) =>
      sendOverHttp(sender, encodeRequest(request, { model, extraBody }), signal),
    fetchPage: async (page, signal) =>
      pageFetcher(
        { send: await connect(), headers: ownHeaders(options), debug },
        { ...page, url: withQuery(page.url, query) },
        signal,
      ),
  };
}

function encodeRequest(
  { body, extraBody, stream, streamOptions = true }: TransportRequest,
  own: { model: string; extraBody: JsonObject | undefined },
): EncodedRequest {
  const fields = {
    model: own.model,
    ...(stream && streamOptions && { stream_options: { include_usage: true } }),
    ...own.extraBody,
    ...extraBody,
    stream,
  };
  return {
    bytes: bodyBytes(body, fields),
    body,
    stream,
    requested: readRequestedReply(body, fields),
  };
}

interface HeadOptions extends OpenAITransportOptions {
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
}

/** URL and headers, which are the same for every request. */
interface RequestHead {
  readonly url: string;
  readonly headers: Record<string, string>;
}

/** A request head, and the function that sends a body with it. */
interface Connection extends RequestHead {
  readonly send: SendHttp;
}

/** Asks the client for URL and headers once. Only the body differs between requests, and building the rest takes as long as sending. */
async function buildHead({
  apiKey = '',
  endpoint,
  query,
  headers,
}: HeadOptions): Promise<RequestHead> {
  const { OpenAI } = await import('openai');
  const client = new OpenAI({
    baseURL: endpoint,
    defaultQuery: { ...query },
    apiKey: apiKey === '' ? 'none' : apiKey,
    // Without these, the client sends values of OPENAI_* environment variables to any server.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    logLevel: 'off',
    defaultHeaders: {
      ...(apiKey === '' && { authorization: null }),
      'user-agent': 'turnwise',
      ...headers,
    },
  });
  const { url, req } = await client.buildRequest({
    method: 'post',
    path: '/chat/completions',
    body: {},
  });
  return { url, headers: toSentHeaders(req.headers) };
}

/** Headers of requests that are built without the client. */
function ownHeaders({ apiKey = '', headers }: OpenAITransportOptions): Record<string, string> {
  const own = new Headers({ 'user-agent': 'turnwise' });
  if (apiKey !== '') own.set('authorization', `Bearer ${apiKey}`);
  for (const [name, value] of Object.entries(headers ?? {})) own.set(name, value);
  return Object.fromEntries(own);
}

function withQuery(address: string, query: Readonly<Record<string, string>>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  return url.href;
}

async function chooseFetch(options: OpenAITransportOptions): Promise<SendHttp> {
  const { fetch, dispatcher, maxConcurrent } = options;
  if (fetch !== undefined) return sendThrough(fetch);
  const { createUndiciFetch } = await import('./undici-fetch.ts');
  return createUndiciFetch({
    ...(dispatcher !== undefined && { dispatcher }),
    ...(maxConcurrent !== undefined && { connections: maxConcurrent }),
  });
}

function sendThrough(fetch: NonNullable<OpenAITransportOptions['fetch']>): SendHttp {
  return async (url, { method, headers, body, cancellation: { signal } }) => {
    const text = body === null ? null : `${body}`;
    try {
      // The user's fetch may ignore its signal.
      const response = await bounded(signal, () =>
        fetch(url, { method, headers, body: text, signal }),
      );
      return HttpResponse.from(response, signal);
    } catch (cause) {
      throw new NetworkError(cause);
    }
  };
}

/** The client's headers without those that describe the user's machine; a server does not need them. */
function toSentHeaders(headers: Headers): Record<string, string> {
  return Object.fromEntries([...headers].filter(([name]) => !name.startsWith('x-stainless-')));
}
