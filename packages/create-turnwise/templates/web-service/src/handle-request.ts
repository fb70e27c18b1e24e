import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { fileSessionStore, Session, TurnwiseError } from '@turnwise/core';
import type { createAgent } from './create-agent.ts';

const store = fileSessionStore('.sessions');

/** `POST /sessions/ID` with a question answers as text, piece by piece. Each id is a conversation. */
export async function handleRequest(
  agent: ReturnType<typeof createAgent>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const id = /^\/sessions\/([\w-]{1,100})$/.exec(request.url ?? '')?.[1];
  if (request.method !== 'POST' || id === undefined) {
    response.writeHead(404).end('POST a question to /sessions/ID.\n');
    return;
  }
  const session = new Session({ id, store });
  try {
    await writeAnswer(agent, { question: await text(request), session, response });
  } catch (error) {
    const isBusy = error instanceof TurnwiseError && error.code === 'session_busy';
    if (!response.headersSent) response.writeHead(isBusy ? 409 : 502);
    response.end(`${error instanceof Error ? error.message : error}\n`);
  }
}

interface Exchange {
  readonly question: string;
  readonly session: Session;
  readonly response: ServerResponse;
}

async function writeAnswer(
  agent: ReturnType<typeof createAgent>,
  { question, session, response }: Exchange,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const run = agent.stream(question, { session, signal: gone.signal });
  for await (const piece of run.textStream) {
    if (!response.write(piece)) await once(response, 'drain', { signal: gone.signal });
  }
  const result = await run.result;
  if (result.status === 'paused') {
    const calls = result.waiting.map(
      ({ call }) => `${call.name} ${JSON.stringify(call.arguments)}`,
    );
    response.write(`A person must decide: ${calls.join(', ')}`);
  }
  response.end('\n');
}
