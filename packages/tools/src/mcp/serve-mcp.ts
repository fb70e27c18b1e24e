import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkServeOptions, type ServeMcpOptions } from './serve-mcp-options.ts';

/** A server that is not reached yet: pass it requests, or let it use stdin and stdout. */
export interface McpServing {
  /** Answers one HTTP request. Use it with Hono, Next, Deno, Bun and others. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** Answers one request of a server of `node:http`; needs `@modelcontextprotocol/node`. */
  readonly node: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Serves the process that started this one, until it closes stdin. Nothing else may print to stdout. */
  stdio(): Promise<void>;
  /** Ends all connections. */
  close(): Promise<void>;
}

/**
 * Offers tools or an agent as an MCP server, over HTTP and stdio. Needs `@modelcontextprotocol/server`. Throws
 * `invalid_options`, and `duplicate_tool` if two tools have the same name.
 *
 * @example
 * const server = serveMcp({ name: 'desk', version: '1.0.0', tools: [findOrder] });
 * createServer(server.node).listen(8080);
 */
export function serveMcp<Context = unknown, Output = string>(
  options: ServeMcpOptions<Context, Output>,
): McpServing {
  const tools = checkServeOptions(options);
  const loading = () =>
    import('./mcp-server.ts').then(({ McpToolServer }) => new McpToolServer(options, tools));
  let loaded: ReturnType<typeof loading> | undefined;
  const server = () => (loaded ??= loading());
  return {
    fetch: async (request) => (await server()).fetch(request),
    node: async (request, response) => (await server()).node(request, response),
    stdio: async () => (await server()).stdio(),
    close: async () => (await loaded)?.close(),
  };
}
