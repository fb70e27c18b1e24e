import type { OpenAI } from 'openai';
import type { JsonObject } from '../json.ts';
import { type AskServer, askServer } from './ask-server.ts';
import { createLimiter } from './limiter.ts';
import { type BytesToSend, isReception, Reception, type SendBytes } from './reception.ts';
import { NotSent, type Sender } from './request-in-flight.ts';
import { sendRequest } from './send-request.ts';
import type { Transport, TransportRequest } from './transport.ts';
import { checkTransportOptions, type OpenAITransportOptions } from './transport-options.ts';
import { createWireDebug, type WireDebug } from './wire-debug.ts';

/** A transport that can also ask its server for other pages, over the same connections and with the same key. */
export interface OpenAITransport extends Transport {
  readonly ask: AskServer;
}

/**
 * A transport to any server that speaks OpenAI's `/v1/chat/completions`, over the `openai` client.
 * The client says the request; retries, time limits and the reading of the reply are the transport's own.
 * Throws `invalid_options` at once for options that cannot work; loads the client at the first request.
 */
export function createOpenAITransport(options: OpenAITransportOptions): OpenAITransport {
  const { endpoint, query, plan } = checkTransportOptions(options);
  const { model, apiKey, maxConcurrent, extraBody } = options;
  const debug = createWireDebug(apiKey === undefined || apiKey === '' ? [] : [apiKey]);
  let client: Promise<OpenAI> | undefined;
  let bytes: Promise<SendBytes> | undefined;
  const connect = () => {
    bytes ??= chooseFetch(options);
    return bytes;
  };
  const sender: Sender = {
    endpoint,
    model,
    plan,
    timeouts: options.timeouts ?? {},
    limiter: maxConcurrent === undefined ? undefined : createLimiter(maxConcurrent),
    debug,
    async post(body, signal) {
      client ??= createClient({ ...options, endpoint, query, debug, connect });
      return postWith(await client, body, signal);
    },
  };
  return {
    endpoint,
    model,
    send: (request, signal) =>
      sendRequest(
        sender,
        { body: toBody(request, { model, extraBody }), stream: request.stream },
        signal,
      ),
    ask: async (page, signal) =>
      askServer(
        { send: await connect(), headers: ownHeaders(options), debug },
        { ...page, url: withQuery(page.url, query) },
        signal,
      ),
  };
}

function toBody(
  { body, extraBody, stream }: TransportRequest,
  own: { model: string; extraBody: JsonObject | undefined },
): object {
  return {
    model: own.model,
    ...body,
    ...(stream && { stream_options: { include_usage: true } }),
    ...own.extraBody,
    ...extraBody,
    stream,
  };
}

interface ClientOptions extends OpenAITransportOptions {
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  readonly debug: WireDebug | undefined;
  readonly connect: () => Promise<SendBytes>;
}

async function createClient(options: ClientOptions): Promise<OpenAI> {
  const { OpenAI } = await import('openai');
  const { apiKey = '', endpoint, query } = options;
  return new OpenAI({
    baseURL: endpoint,
    defaultQuery: { ...query },
    apiKey: apiKey === '' ? 'none' : apiKey,
    // The client would send what the environment holds for OpenAI itself to any server.
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: noTimeout,
    logLevel: 'off',
    fetch: toClientFetch(await options.connect(), options.debug),
    defaultHeaders: {
      ...(apiKey === '' && { authorization: null }),
      'user-agent': 'turnwise',
      ...options.headers,
    },
  });
}

/** The headers of a request that the client does not make. */
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

async function chooseFetch(options: OpenAITransportOptions): Promise<SendBytes> {
  const { fetch, dispatcher, maxConcurrent } = options;
  if (fetch !== undefined) {
    return async (url, { method, headers, body, signal }) =>
      Reception.from(
        await fetch(url, { method, headers, body: method === 'GET' ? null : body, signal }),
      );
  }
  const { createUndiciFetch } = await import('./undici-fetch.ts');
  return createUndiciFetch({
    ...(dispatcher !== undefined && { dispatcher }),
    ...(maxConcurrent !== undefined && { connections: maxConcurrent }),
  });
}

/** Makes a sender of bytes the `fetch` of the client. */
function toClientFetch(send: SendBytes, debug: WireDebug | undefined): typeof globalThis.fetch {
  return async (input, init) => {
    const url = input.toString();
    const request: BytesToSend = {
      method: 'POST',
      headers: toSentHeaders(init?.headers),
      body: typeof init?.body === 'string' ? init.body : '',
      signal: init?.signal ?? null,
    };
    debug?.request(url, request);
    try {
      const reception = await send(url, request);
      // The client reads the status and the headers, and hands the object on; it never looks at its body.
      return reception as Reception & Response;
    } catch (error) {
      throw new NotSent('The request was not answered.', { cause: error });
    }
  };
}

/** The client's headers but for what it tells about the user's machine, which a server has no use for. */
function toSentHeaders(headers: RequestInit['headers']): Record<string, string> {
  const sent: Record<string, string> = {};
  const all = headers instanceof Headers ? headers : new Headers(headers);
  for (const [name, value] of all) {
    if (!name.startsWith('x-stainless-')) sent[name] = value;
  }
  return sent;
}

async function postWith(client: OpenAI, body: object, signal: AbortSignal): Promise<Reception> {
  try {
    const response: unknown = await client.post('/chat/completions', { body, signal }).asResponse();
    if (isReception(response)) return response;
    throw new TypeError('The client did not hand on the response that it was given.');
  } catch (error) {
    throw error instanceof Error && error.cause instanceof NotSent ? error.cause : error;
  }
}

/** The longest timer that Node takes: the transport keeps its own time. */
const noTimeout = 2 ** 31 - 1;
