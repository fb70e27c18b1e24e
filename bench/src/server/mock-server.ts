import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type ReplyContent, type ReplyForm, streamedReply, wholeReply } from './replies.ts';
import { findTask, type Task } from './task.ts';

/**
 * A process that simulates a model server on a free port, which it prints. It sends prepared bytes, and counts the requests
 * of each run to choose the next reply.
 */
const requests = new Map<string, number>();

const server = createServer((request, response) => {
  const path = /^\/(native|prompted|guided)\/v1\/chat\/completions/.exec(request.url ?? '');
  if (path === null || request.method !== 'POST') {
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not found"}');
    return;
  }
  void readBody(request).then((body) => answer(body, path[1] as ReplyForm, response));
});

// Measured programs decide how long they keep connections.
server.keepAliveTimeout = 0;
server.requestTimeout = 0;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object') process.stdout.write(`${address.port}\n`);
});
process.on('disconnect', () => process.exit());

async function readBody(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function answer(body: string, form: ReplyForm, response: ServerResponse): void {
  const task = findTask(body);
  const content = nextReply(task);
  if (body.includes('"stream":true')) {
    void stream(streamedReply(form, content), task, response);
    return;
  }
  const whole = wholeReply(form, content);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': whole.length });
  response.end(whole);
}

function nextReply({ id, steps, deltas }: Task): ReplyContent {
  const step = requests.get(id) ?? 0;
  if (step < steps) {
    requests.set(id, step + 1);
    return { kind: 'call', step };
  }
  requests.delete(id);
  return { kind: 'answer', deltas };
}

async function stream(
  events: readonly Buffer[],
  { inPackets }: Task,
  response: ServerResponse,
): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  for (const event of events) {
    if (!response.write(event)) await drained(response);
    if (inPackets) await nextTick();
    if (response.destroyed) return;
  }
  response.end();
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const proceed = () => {
      response.off('drain', proceed);
      response.off('close', proceed);
      resolve();
    };
    response.on('drain', proceed);
    response.on('close', proceed);
  });
}

let waiting: (() => void)[] = [];
let isTicking = false;

/** Resolves about two milliseconds later, at the same time for all streams. */
function nextTick(): Promise<void> {
  if (!isTicking) {
    isTicking = true;
    setTimeout(tick, 2);
  }
  return new Promise((resolve) => {
    waiting.push(resolve);
  });
}

function tick(): void {
  isTicking = false;
  const due = waiting;
  waiting = [];
  for (const go of due) go();
}
