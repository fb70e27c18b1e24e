import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { TurnwiseError } from '@turnwise/core';

/**
 * A listener of `node:http`, Express and Fastify for a function that answers web requests, such as `chatHandler()`. The signal of
 * the request aborts when the client has gone. A function that rejects is answered with 500.
 *
 * @example
 * createServer(toNodeHandler(handler)).listen(3000);
 */
export function toNodeHandler(
  handler: (request: Request) => Response | Promise<Response>,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  if (typeof handler !== 'function') {
    throw new TurnwiseError(
      'invalid_options',
      'toNodeHandler() takes the function that chatHandler({ agent, sessions }) returns.',
    );
  }
  return (incoming, outgoing) => {
    answer(handler, incoming, outgoing).catch((error: unknown) => {
      if (outgoing.headersSent || outgoing.destroyed) {
        outgoing.destroy();
        return;
      }
      console.error(error);
      outgoing.writeHead(500, { 'content-type': 'application/json' });
      outgoing.end('{"code":"internal_error","error":"Internal error."}');
    });
  };
}

async function answer(
  handler: (request: Request) => Response | Promise<Response>,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const response = await handler(toRequest(incoming, gone.signal));
  if (outgoing.destroyed) return await response.body?.cancel();
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (response.body === null) {
    outgoing.end();
    return;
  }
  outgoing.flushHeaders();
  // The types of Node and of the web differ only in name.
  await pipeline(Readable.fromWeb(response.body as NodeReadableStream), outgoing);
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const { method = 'GET', headers, url = '/' } = incoming;
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody
    ? { body: Readable.toWeb(incoming) as ReadableStream, duplex: 'half' as const }
    : {};
  // The host is a header that a client can set to anything.
  const path = url.startsWith('/') ? url : new URL(url, 'http://localhost').pathname;
  const list = Object.entries(headers).flatMap(([name, value = '']): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : value.map((each) => [name, each]),
  );
  return new Request(`http://localhost${path}`, { method, headers: list, signal, ...body });
}
