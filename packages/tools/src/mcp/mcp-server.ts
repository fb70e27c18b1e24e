import type { IncomingMessage, ServerResponse } from 'node:http';
import type { toNodeHandler } from '@modelcontextprotocol/node';
import {
  type CallToolRequest,
  type CallToolResult,
  createMcpHandler,
  hostHeaderValidationResponse,
  localhostAllowedHostnames,
  type McpHttpHandler,
  type McpRequestContext,
  type Tool as McpTool,
  originValidationResponse,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { type JsonValue, memoryBlobStore, type Tool } from '@turnwise/core';
import { executeTool } from '@turnwise/core/model';
import type { ServeMcpOptions } from './serve-mcp-options.ts';
import { toMcpResult } from './to-mcp-result.ts';

type NodeHandler = ReturnType<typeof toNodeHandler>;

type ServerSettings<Context> = Omit<ServeMcpOptions<Context>, 'agent'>;

/** A server of the official SDK that offers tools. */
export class McpToolServer<Context> {
  readonly #options: ServerSettings<Context>;
  readonly #tools: () => readonly Tool<Context>[];
  readonly #http: McpHttpHandler;
  #node: Promise<NodeHandler> | undefined;
  readonly #closers = new Set<() => Promise<void>>();

  constructor(options: ServerSettings<Context>, tools: () => readonly Tool<Context>[]) {
    this.#options = options;
    this.#tools = tools;
    this.#http = createMcpHandler((context) => this.#create(context));
    this.#closers.add(() => this.#http.close());
  }

  async fetch(request: Request): Promise<Response> {
    const hosts = [...(this.#options.allowedHosts ?? localhostAllowedHostnames())];
    return (
      hostHeaderValidationResponse(request, hosts) ??
      originValidationResponse(request, hosts) ??
      (await this.#http.fetch(request))
    );
  }

  async node(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#node ??= import('@modelcontextprotocol/node').then(({ toNodeHandler }) =>
      toNodeHandler({ fetch: (each) => this.fetch(each) }),
    );
    const handle = await this.#node;
    await handle(request as Parameters<NodeHandler>[0], response);
  }

  async stdio(): Promise<void> {
    const transport = new StdioServerTransport();
    const ended = new Promise((resolve) =>
      process.stdin.once('close', resolve).once('end', resolve),
    );
    const handle = serveStdio((context) => this.#create(context), { transport });
    const close = () => handle.close();
    this.#closers.add(close);
    await ended;
    await close();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#closers].map((close) => close()));
  }

  #create({ requestInfo }: McpRequestContext): Server {
    const { name, version, instructions } = this.#options;
    const server = new Server(
      { name, version },
      { capabilities: { tools: {} }, ...(instructions !== undefined && { instructions }) },
    );
    server.setRequestHandler('tools/list', async () => ({
      tools: (await this.#enabledTools(await this.#context(requestInfo))).map(describeTool),
    }));
    server.setRequestHandler('tools/call', (request, context) =>
      this.#call(request, context, requestInfo),
    );
    return server;
  }

  async #context(request: Request | undefined): Promise<Context> {
    // If the type of the context is unknown, undefined is one of its values.
    return (await this.#options.context?.(request)) as Context;
  }

  async #enabledTools(context: Context): Promise<readonly Tool<Context>[]> {
    const tools = this.#tools();
    const isOn = await Promise.all(
      tools.map(({ isEnabled }) =>
        typeof isEnabled === 'boolean' ? isEnabled : isEnabled(context),
      ),
    );
    return tools.filter((_, at) => isOn[at] === true);
  }

  async #call(
    { params }: CallToolRequest,
    { mcpReq: { id, signal, _meta, notify } }: ServerContext,
    request: Request | undefined,
  ): Promise<CallToolResult> {
    const context = await this.#context(request);
    const tool = (await this.#enabledTools(context)).find(({ name }) => name === params.name);
    if (tool === undefined) {
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool "${params.name}".`);
    }
    const blobs = memoryBlobStore();
    const { progressToken } = _meta ?? {};
    let progress = 0;
    const result = await executeTool(tool, {
      arguments: (params.arguments ?? {}) as never,
      context,
      signal,
      callId: String(id),
      blobs,
      approve: () => this.#options.approvals === 'client',
      onProgress: (value) => {
        if (progressToken === undefined) return;
        progress += 1;
        const report = { progressToken, progress, ...readProgress(value) };
        void notify({ method: 'notifications/progress', params: report }).catch(() => undefined);
      },
    });
    return await toMcpResult(result, blobs);
  }
}

function describeTool<Context>({
  name,
  description,
  schema,
  repeat,
  needsApproval,
}: Tool<Context>) {
  const mayRepeat = repeat !== 'never';
  return {
    name,
    description,
    inputSchema: schema.jsonSchema as McpTool['inputSchema'],
    annotations: {
      ...(mayRepeat && { idempotentHint: true }),
      ...(needsApproval === true && { destructiveHint: true }),
    },
  };
}

/** The fields of progress as MCP has them; a text is its message. */
function readProgress(value: JsonValue) {
  if (typeof value === 'string') return { message: value };
  const { progress, total, message } = Object(value) as Record<string, unknown>;
  return {
    ...(typeof progress === 'number' && { progress }),
    ...(typeof total === 'number' && { total }),
    message: typeof message === 'string' ? message : JSON.stringify(value),
  };
}
