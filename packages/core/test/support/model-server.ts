import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** A request as the server received it. */
interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How the server answers one request. */
export type Answer = (response: ServerResponse, request: ReceivedRequest) => void | Promise<void>;

/** A real HTTP server on the loopback interface that simulates a model endpoint. */
export interface ModelServer {
  readonly baseURL: string;
  /** Every request so far, in order. */
  readonly requests: readonly ReceivedRequest[];
  /** Targets of the tunnels that were asked for, as of a proxy; none is granted. */
  readonly tunnels: readonly string[];
  /** Connections that were ever opened. */
  connectionCount(): number;
  /** Resolves once no connection is open. */
  whenDisconnected(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a server that gives the answers in order, and the last one again and again. */
export async function startModelServer(...answers: readonly Answer[]): Promise<ModelServer> {
  const requests: ReceivedRequest[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let onDisconnected: (() => void) | undefined;
  const server = createServer(async (incoming, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of incoming) pieces.push(piece);
    const text = Buffer.concat(pieces).toString();
    const request = {
      path: incoming.url ?? '',
      headers: incoming.headers,
      text,
      body: text === '' ? {} : JSON.parse(text),
    };
    requests.push(request);
    await answers[Math.min(requests.length, answers.length) - 1]?.(response, request);
  });
  const tunnels: string[] = [];
  server.on('connect', ({ url = '' }, socket) => {
    tunnels.push(url);
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      if (sockets.size === 0) onDisconnected?.();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    requests,
    tunnels,
    connectionCount: () => connections,
    whenDisconnected: () =>
      sockets.size === 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            onDisconnected = resolve;
          }),
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Answers with JSON. */
export function answersJson(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(body));
  };
}

/** Answers with a body of any kind. */
export function answersText(
  body: string,
  {
    status = 200,
    contentType = 'text/plain',
    headers = {},
  }: { status?: number; contentType?: string; headers?: Record<string, string> } = {},
): Answer {
  return (response) => {
    response.writeHead(status, { 'content-type': contentType, ...headers });
    response.end(body);
  };
}

/** Streams the pieces one after the other, as they are, and ends the response. */
export function streamsPieces(...pieces: readonly (string | Uint8Array)[]): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const piece of pieces) await writePiece(response, piece);
    response.end();
  };
}

/** Streams the pieces, and then does something other than to end. */
export function streamsThen(
  pieces: readonly string[],
  then: (response: ServerResponse) => void,
): Answer {
  return async (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    for (const piece of pieces) await writePiece(response, piece);
    then(response);
  };
}

/** Breaks the connection off without a further byte. */
export function breaksOff(response: ServerResponse): void {
  response.socket?.destroy();
}

/** An event with a chunk of a completion. */
export function chunk(delta: unknown, finishReason: string | null = null): string {
  const choices = [{ index: 0, delta, finish_reason: finishReason }];
  return event({ id: 'chatcmpl-1', object: 'chat.completion.chunk', choices });
}

/** An event with any JSON. */
export function event(data: unknown): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

/** The event that ends a stream. */
export const done = 'data: [DONE]\n\n';

/** A whole completion. */
export function completion(message: unknown, finishReason = 'stop'): unknown {
  return {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishReason }],
    usage: { prompt_tokens: 12, completion_tokens: 3, prompt_tokens_details: { cached_tokens: 7 } },
  };
}

/** A second write that is too early would arrive in one piece with the first. */
async function writePiece(response: ServerResponse, piece: string | Uint8Array): Promise<void> {
  await new Promise((resolve) => response.write(piece, resolve));
  await new Promise((resolve) => setImmediate(resolve));
}
