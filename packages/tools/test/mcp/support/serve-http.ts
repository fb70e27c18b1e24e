import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';

/** A real HTTP server of a web-standard handler. */
export interface ServedHttp {
  readonly url: string;
  /** The requests so far, as `METHOD authorization-header`. */
  readonly requests: string[];
  close(): Promise<void>;
}

/** Serves a handler on the loopback interface, on the given port or on any. */
export async function serveHttp(
  fetch: (request: Request) => Promise<Response>,
  port = 0,
): Promise<ServedHttp> {
  const requests: string[] = [];
  const handle = toNodeHandler({ fetch });
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.headers.authorization ?? '-'}`);
    void handle(request as Parameters<typeof handle>[0], response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  return { url, requests, close: () => closeServer(server) };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
