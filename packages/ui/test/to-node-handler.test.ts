import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { afterEach, expect, jest, test } from '@jest/globals';
import { toNodeHandler } from '@turnwise/ui';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(handler: (request: Request) => Response | Promise<Response>): Promise<string> {
  const server = createServer(toNodeHandler(handler));
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('method, path, headers and body reach the handler, and its response the client', async () => {
  const url = await serve(async (request) => {
    const { pathname, search } = new URL(request.url);
    const seen = [request.method, pathname + search, request.headers.get('x-name')];
    return Response.json([...seen, await request.text()], {
      status: 201,
      headers: { 'x-answer': 'yes' },
    });
  });
  const init = { method: 'POST', headers: { 'x-name': 'ada' }, body: 'Hello' };
  const response = await fetch(`${url}/api/chat?a=1`, init);
  expect([response.status, response.headers.get('x-answer')]).toEqual([201, 'yes']);
  expect(await response.json()).toEqual(['POST', '/api/chat?a=1', 'ada', 'Hello']);
});

test('a response without a body is sent', async () => {
  const url = await serve(() => new Response(null, { status: 204 }));
  expect((await fetch(url)).status).toBe(204);
});

test('a client that goes cancels the stream and aborts the signal of its request', async () => {
  const cancelled = new Promise<void>((resolve) => {
    void serve((request) => {
      const aborted = once(request.signal, 'abort');
      const stream = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new TextEncoder().encode('first')),
        cancel: () => void aborted.then(() => resolve()),
      });
      return new Response(stream);
    }).then(async (url) => {
      const controller = new AbortController();
      const response = await fetch(url, { signal: controller.signal });
      await response.body?.getReader().read();
      controller.abort();
    });
  });
  await expect(cancelled).resolves.toBeUndefined();
});

test('a handler that fails is answered with 500, without its message', async () => {
  const log = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const url = await serve(() => Promise.reject(new Error('secret')));
  const response = await fetch(url);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('secret');
  expect(log).toHaveBeenCalled();
});

test('a strange host and a whole URL as the path do no harm', async () => {
  const url = await serve((request) => new Response(new URL(request.url).pathname));
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  socket.end('GET http://evil.example/path HTTP/1.1\r\nhost: a b%\r\nconnection: close\r\n\r\n');
  const pieces: string[] = [];
  for await (const piece of socket) pieces.push(String(piece));
  expect(pieces.join('')).toMatch(/^HTTP\/1\.1 200 OK[\s\S]*\/path/);
});
