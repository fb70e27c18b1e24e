import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { request as requestWithTls } from 'node:https';
import type { AddressInfo } from 'node:net';
import { addCounts, type Counts, noCounts } from './counts.ts';
import { readTokens } from './read-tokens.ts';

/** A server on the loopback interface that forwards every request and counts those to `/chat/completions`. */
export interface CountingProxy {
  /** The base URL to use instead of that of the server. */
  readonly url: string;
  /** The counts since the last call. */
  takeCounts(): Counts;
  close(): Promise<void>;
}

/** Starts a proxy to the server at `baseURL`. Requests and replies are passed on unchanged. */
export async function startCountingProxy(baseURL: string): Promise<CountingProxy> {
  const target = new URL(baseURL);
  let counts = noCounts;
  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing, target, (found) => {
      counts = addCounts(counts, found);
    }).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${target.pathname.replace(/\/$/, '')}`,
    takeCounts() {
      const taken = counts;
      counts = noCounts;
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  target: URL,
  count: (found: Counts) => void,
): Promise<void> {
  const body = await readAll(incoming);
  const send = target.protocol === 'https:' ? requestWithTls : request;
  const upstream = send(new URL(incoming.url ?? '/', target), {
    method: incoming.method,
    // Compressed replies could not be counted.
    headers: { ...incoming.headers, host: target.host, 'accept-encoding': 'identity' },
  });
  // A client that gives up must also end the work of the server.
  outgoing.once('close', () => upstream.destroy());
  const isCounted = incoming.method === 'POST' && /\/chat\/completions$/.test(incoming.url ?? '');
  upstream.once('error', () => outgoing.destroy());
  upstream.once('response', (reply) => {
    outgoing.writeHead(reply.statusCode ?? 502, reply.headers);
    const pieces: Buffer[] = [];
    reply.on('data', (piece: Buffer) => {
      pieces.push(piece);
      outgoing.write(piece);
    });
    reply.once('error', () => outgoing.destroy());
    // Counted before the client sees the end, so that counts which are read after a reply include it.
    reply.once('end', () => {
      if (isCounted) count(countsOf(reply.statusCode ?? 0, Buffer.concat(pieces).toString()));
      outgoing.end();
    });
  });
  upstream.end(body);
}

function countsOf(status: number, body: string): Counts {
  const isRefused = status >= 400;
  return {
    ...noCounts,
    requests: 1,
    refused: isRefused ? 1 : 0,
    ...(isRefused ? {} : readTokens(body)),
  };
}

async function readAll(incoming: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of incoming) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
