import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ChatAnswer, type ChatServer, completeChat } from '../chat/complete-chat.ts';
import { type Fault, findFault, readFaults } from '../faults.ts';
import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';
import { ServerError } from '../server-error.ts';
import { sendEventStream } from './event-stream.ts';
import { type LoggedRequest, toLoggedRequest } from './request-log.ts';

/** The options of the HTTP layer. */
export interface HttpOptions {
  apiKey: string | undefined;
  /** Receives one entry for each request, in order of arrival. */
  log: LoggedRequest[];
  /** Called when a request starts (+1) and when it ends (-1). */
  onActiveChange: (change: 1 | -1) => void;
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  entry: LoggedRequest;
  /** Aborts when the client disconnects or the response is complete. */
  signal: AbortSignal;
}

const bodyLimit = 64 * 1024 * 1024;

/** Creates the HTTP server; it does not listen yet. */
export function createHttpServer(chat: ChatServer, options: HttpOptions): Server {
  return createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const entry = toLoggedRequest(request.method ?? 'GET', pathname, request.headers);
    options.log.push(entry);
    options.onActiveChange(1);
    const closed = new AbortController();
    response.on('close', () => {
      entry.isAborted = !response.writableFinished && !entry.faults.includes('drop-stream');
      closed.abort();
      options.onActiveChange(-1);
    });
    const exchange = { request, response, entry, signal: closed.signal };
    handleRequest(exchange, chat, options).catch((error: unknown) => {
      sendError(exchange, toServerError(error, chat));
    });
  });
}

async function handleRequest(
  exchange: Exchange,
  chat: ChatServer,
  options: HttpOptions,
): Promise<void> {
  const { request, entry } = exchange;
  const text = await readBody(request, chat);
  const body = parseJson(text);
  if (isObject(body)) entry.body = body;
  checkKey(request, chat, options);
  if (entry.path === '/v1/chat/completions') {
    if (entry.method !== 'POST') throw chat.quirks.toError(405, 'Method Not Allowed');
    if (!isObject(body)) throw chat.quirks.toError(400, 'The request body is not a JSON object.');
    await answerChat(exchange, body, chat);
    return;
  }
  sendJson(exchange, 200, answerRoute(entry.path, entry.body, chat));
}

async function answerChat(exchange: Exchange, body: JsonObject, chat: ChatServer): Promise<void> {
  const { entry, request } = exchange;
  const own = readFaults(request.headers['x-turnwise-fault'], body.turnwise_fault);
  const faults = chat.faults.take(own);
  entry.faults = faults.map(({ kind }) => kind);
  refuseByFault(faults, chat);
  const answer = await completeChat(body, chat, faults, (prompt) => {
    entry.prompt = prompt;
  });
  await sendAnswer(exchange, answer, body.stream === true, { chat, faults });
}

async function sendAnswer(
  exchange: Exchange,
  answer: ChatAnswer,
  isStream: boolean,
  { chat, faults }: { chat: ChatServer; faults: readonly Fault[] },
): Promise<void> {
  const { response, entry, signal } = exchange;
  if (answer.kind === 'whole') {
    sendJson(exchange, 200, answer.body, chat.quirks.headers);
    return;
  }
  const type = isStream ? 'text/event-stream; charset=utf-8' : 'application/json';
  entry.status = 200;
  response.writeHead(200, { 'content-type': type, ...chat.quirks.headers });
  if (answer.kind === 'raw-text') {
    response.end(answer.text);
    return;
  }
  await sendEventStream(response, answer.chunks, { faults, queue: chat.faults, signal });
}

function answerRoute(path: string, body: JsonObject, { quirks, facts }: ChatServer): Json {
  if (path === '/v1/models') {
    const created = Math.floor(Date.now() / 1000);
    const data = facts.models.map((id) => ({
      id,
      object: 'model',
      created,
      owned_by: quirks.ownedBy,
      max_model_len: facts.contextWindow,
    }));
    return { object: 'list', data };
  }
  const probe = quirks.probes(facts)[path];
  if (probe === undefined) throw quirks.toError(404, `Not Found: ${path}`);
  return probe(body);
}

function checkKey(request: IncomingMessage, { quirks }: ChatServer, { apiKey }: HttpOptions): void {
  if (apiKey === undefined) return;
  if (request.headers.authorization !== `Bearer ${apiKey}`) throw quirks.refuseKey();
}

function refuseByFault(faults: readonly Fault[], { quirks }: ChatServer): void {
  const limit = findFault(faults, 'rate-limit');
  if (limit !== undefined) {
    const { body } = quirks.toError(429, 'Too many requests.');
    const headers = limit.retryAfter === undefined ? {} : { 'retry-after': `${limit.retryAfter}` };
    throw new ServerError(429, body, { headers });
  }
  const failure = findFault(faults, 'server-error');
  if (failure !== undefined) {
    throw quirks.toError(failure.status ?? 500, failure.message ?? 'Internal server error');
  }
}

async function readBody(request: IncomingMessage, { quirks }: ChatServer): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > bodyLimit) throw quirks.toError(413, 'maximum request size exceeded');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function sendJson(
  { response, entry }: Exchange,
  status: number,
  body: Json,
  headers: Readonly<Record<string, string>> = {},
): void {
  entry.status = status;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

function sendError(exchange: Exchange, error: ServerError): void {
  const { request, response, entry } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (error.isFromProxy && String(request.headers.accept).includes('text/event-stream')) {
    entry.status = error.status;
    response.writeHead(error.status, { 'content-type': 'text/event-stream' });
    // The proxy sends an empty line between the two, so a client sees two events.
    response.end(`event: error\n\ndata: ${JSON.stringify(error.body)}\n\n`);
    return;
  }
  sendJson(exchange, error.status, error.body, error.headers);
}

function toServerError(thrown: unknown, { quirks }: ChatServer): ServerError {
  if (thrown instanceof ServerError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return quirks.toError(500, `The local endpoint failed: ${message}`);
}
