import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import {
  type Agent,
  type AgentRun,
  type ResumeOptions,
  Session,
  type SessionStore,
  TurnwiseError,
} from '@turnwise/core';

/** What the service needs. */
export interface ServiceParts {
  readonly agent: Agent;
  /** Keeps the conversations. Several processes can use one store. */
  readonly store: SessionStore;
}

interface Exchange extends ServiceParts {
  readonly session: Session;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborts when the client has gone. */
  readonly signal: AbortSignal;
}

/** HTTP status codes of the errors that a client can cause; others are failures of the model or of its server. */
const statusOf: Readonly<Partial<Record<string, number>>> = {
  session_busy: 409,
  session_conflict: 409,
  calls_waiting: 409,
  invalid_options: 400,
  invalid_state: 400,
};

/**
 * Creates the service; it does not listen yet. `POST /sessions/ID` takes a question, `POST /sessions/ID/decisions` the decisions on
 * the calls that wait, by call id. Both answer with server-sent events: `text` for each piece of text, `restarted` if the text
 * since the last tool starts again, `tool` for each call; then `completed`, `paused` with the calls that wait, `stopped` or `failed`. `GET /sessions/ID` returns the conversation, `DELETE` deletes it.
 */
export function createService(parts: ServiceParts): Server {
  return createServer((request, response) => {
    handle(parts, request, response).catch((error) => fail(response, error));
  });
}

async function handle(
  parts: ServiceParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const [, id, rest] = /^\/sessions\/([\w-]{1,100})(\/decisions)?$/.exec(request.url ?? '') ?? [];
  if (id === undefined) return sendJson(response, 404, { error: 'Use /sessions/ID.' });
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const session = new Session({ id, store: parts.store });
  const exchange = { ...parts, session, request, response, signal: gone.signal };
  switch (`${request.method} ${rest ?? ''}`) {
    case 'POST ':
      return await answer(exchange);
    case 'POST /decisions':
      return await decide(exchange);
    case 'GET ':
      return sendJson(response, 200, (await session.transcript()).turns);
    case 'DELETE ':
      await session.delete();
      return void response.writeHead(204).end();
    default:
      return sendJson(response, 405, { error: 'Use POST, GET or DELETE.' });
  }
}

async function answer({ agent, session, request, response, signal }: Exchange): Promise<void> {
  const run = agent.stream(await text(request), { session, signal });
  await sendRun(run, response, signal);
}

async function decide({ agent, session, request, response, signal }: Exchange): Promise<void> {
  const paused = await session.paused();
  if (paused === undefined) return sendJson(response, 409, { error: 'No call waits.' });
  // The agent checks the decisions and explains what is wrong with them.
  const decisions: ResumeOptions<unknown>['decisions'] = JSON.parse(await text(request));
  await sendRun(agent.resume(paused.state, { session, decisions, signal }), response, signal);
}

async function sendRun(run: AgentRun<string>, response: ServerResponse, signal: AbortSignal) {
  for await (const event of run) {
    if (event.type === 'text-delta') await sendEvent(response, 'text', event.text, signal);
    if (event.type === 'stream-restarted') await sendEvent(response, 'restarted', null, signal);
    if (event.type === 'tool-started') await sendEvent(response, 'tool', event.call.name, signal);
  }
  const result = await run.result;
  const { status } = result;
  const data = status === 'paused' ? result.waiting : status === 'stopped' ? result.reason : null;
  await sendEvent(response, status, data, signal);
  response.end();
}

/** Waits while the client reads more slowly than the model writes. */
async function sendEvent(
  response: ServerResponse,
  name: string,
  data: unknown,
  signal?: AbortSignal,
): Promise<void> {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  const isFlushed = response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  if (!isFlushed && signal?.aborted === false) await once(response, 'drain', { signal });
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Before the first event, the status code reports the failure; after it, the event `failed` does. */
function fail(response: ServerResponse, error: unknown): void {
  if (response.destroyed) return;
  const isKnown = error instanceof TurnwiseError;
  const body = isKnown
    ? { code: error.code, error: error.message }
    : { error: error instanceof SyntaxError ? 'The body is not JSON.' : 'Internal error.' };
  if (response.headersSent) {
    void sendEvent(response, 'failed', body).finally(() => response.end());
    return;
  }
  const status = isKnown ? (statusOf[error.code] ?? 502) : error instanceof SyntaxError ? 400 : 500;
  sendJson(response, status, body);
}
