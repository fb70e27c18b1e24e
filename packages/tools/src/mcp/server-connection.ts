import {
  type CallToolResult,
  Client,
  type InputRequiredResult,
  isInputRequiredResult,
  type ReadResourceResult,
  type RequestOptions,
  StreamableHTTPClientTransport,
  type Tool,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { JsonValue } from '@turnwise/core';
import {
  type Ask,
  answerRequest,
  answerRequests,
  type InputAnswer,
  type InputRequest,
} from './answer-requests.ts';
import { explainConnection } from './explain-connection.ts';
import { explainFailure, explainReconnection, isLostSession } from './explain-failure.ts';
import { isProgram, type McpOptions } from './mcp-options.ts';

export type { CallToolResult };

/** A tool as its server describes it. */
export type McpTool = Tool;

/** What a server offers. */
export interface ServerOffer {
  readonly tools: readonly McpTool[];
  readonly hasResources: boolean;
}

/** What a request to the server needs. */
export interface CallOptions {
  readonly signal: AbortSignal;
  readonly progress: (value: JsonValue) => void;
}

/** A call that waits for its result. */
interface OpenCall {
  readonly tool: string;
  readonly ask: Ask;
  /** Ends the call; it rejects with the reason. */
  readonly pause: (reason: unknown) => void;
}

/** How often a server may ask in one call. */
const maxRounds = 10;

/** A legacy server may not answer the first request at all; it is then asked in the old way. Milliseconds. */
const probeTimeoutMs = 5_000;

/**
 * The connection to one server. It is opened at the first request, and again at the next request after it was lost. Requests
 * reject with an error whose message explains the failure to the model.
 */
export class ServerConnection {
  readonly #options: McpOptions;
  readonly #onOffer: (offer: ServerOffer) => void;
  #client: Promise<Client> | undefined;
  /** The client that `#client` resolves to. */
  #current: Client | undefined;
  /** Every client that is not closed: lost connections may still have streams. */
  readonly #clients = new Set<Client>();
  #refreshing: Promise<void> = Promise.resolve();
  readonly #openCalls = new Set<OpenCall>();
  #isLegacy = false;
  #isClosed = false;

  /** `onOffer` gets what the server offers after each new connection, and when the server has changed its tools. */
  constructor(options: McpOptions, onOffer: (offer: ServerOffer) => void) {
    this.#options = options;
    this.#onOffer = onOffer;
  }

  /** Connects, reads the tools and reports them. Rejects with `tools_unreachable`, or with `UnauthorizedError`. */
  async open(): Promise<void> {
    try {
      await this.#connected();
    } catch (thrown) {
      throw explainConnection(thrown, this.#options);
    }
  }

  /** Reads the tools again and reports them. */
  async refresh(): Promise<void> {
    await this.#refresh(await this.#connected());
  }

  /**
   * Calls a tool. If the server asks a question, `ask` asks a human; what it rejects with is passed on, so that the run
   * pauses. The tool is then called again from its beginning.
   */
  async callTool(
    tool: McpTool,
    input: Readonly<Record<string, unknown>>,
    options: CallOptions & { readonly ask: Ask },
  ): Promise<CallToolResult> {
    const source = { server: this.#options.name, tool: tool.name };
    let answers = {};
    for (let round = 0; round < maxRounds; round++) {
      const result = await this.#callOnce(tool, { ...answers, arguments: { ...input } }, options);
      if (!isInputRequiredResult(result)) {
        // The call may have changed the list of tools: the next step gets the new one.
        await this.#refreshing;
        return result;
      }
      const { inputRequests = {}, requestState } = result;
      const inputResponses = await answerRequests(inputRequests, source, options.ask);
      answers = { inputResponses, ...(requestState !== undefined && { requestState }) };
    }
    throw new Error(`The MCP server "${source.server}" asked more than ${maxRounds} times.`);
  }

  async #callOnce(
    tool: McpTool,
    params: object,
    { signal, progress, ask }: CallOptions & { readonly ask: Ask },
  ): Promise<CallToolResult | InputRequiredResult> {
    const paused = new AbortController();
    const call = { tool: tool.name, ask, pause: (reason: unknown) => paused.abort(reason) };
    this.#openCalls.add(call);
    // Without the schema of its output a question is a valid result, too.
    const { outputSchema: _output, ...toolDefinition } = tool;
    try {
      return await this.#perform((client) =>
        client.callTool(
          { name: tool.name, ...params },
          {
            ...this.#limits(AbortSignal.any([signal, paused.signal])),
            toolDefinition,
            allowInputRequired: true,
            onprogress: (each) => progress(JSON.parse(JSON.stringify(each)) as JsonValue),
          },
        ),
      );
    } finally {
      this.#openCalls.delete(call);
    }
  }

  /** Servers of earlier versions ask with a request of their own, which does not name the call that it belongs to. */
  async #answer(request: InputRequest): Promise<InputAnswer> {
    const [call, ...others] = this.#openCalls;
    if (call === undefined || others.length > 0) return { action: 'decline' };
    try {
      const source = { server: this.#options.name, tool: call.tool };
      return await answerRequest(request, source, call.ask);
    } catch (thrown) {
      call.pause(thrown);
      return { action: 'decline' };
    }
  }

  async readResource(uri: string, { signal }: CallOptions): Promise<ReadResourceResult> {
    return await this.#perform((client) => client.readResource({ uri }, this.#limits(signal)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#client = undefined;
    await Promise.allSettled([...this.#clients].map((client) => client.close()));
  }

  #limits(signal: AbortSignal): RequestOptions {
    // The tool has its own timeout, which aborts the signal. This one is only for a server that ignores the cancellation.
    return { signal, timeout: (this.#options.timeoutMs ?? 60_000) + 1_000 };
  }

  async #perform<Result>(request: (client: Client) => Promise<Result>): Promise<Result> {
    const { name } = this.#options;
    const client = await this.#connected().catch((thrown: unknown) => {
      throw explainReconnection(thrown, name);
    });
    try {
      return await request(client);
    } catch (thrown) {
      if (client.getProtocolEra() === 'legacy' && isLostSession(thrown)) {
        this.#forget(client);
        // The server did not know the session, so it did not execute the request.
        return await request(await this.#connected());
      }
      throw explainFailure(thrown, name);
    }
  }

  #connected(): Promise<Client> {
    if (this.#isClosed) {
      return Promise.reject(
        new Error(`The connection to the MCP server "${this.#options.name}" was closed.`),
      );
    }
    this.#client ??= this.#connect();
    return this.#client;
  }

  async #connect(): Promise<Client> {
    const timeout = this.#options.connectTimeoutMs ?? 30_000;
    const client = new Client(
      { name: 'turnwise', version: '0.0.0' },
      {
        versionNegotiation: {
          mode: this.#isLegacy ? 'legacy' : 'auto',
          probe: { timeoutMs: Math.min(probeTimeoutMs, timeout) },
        },
        capabilities: { elicitation: { form: {} } },
        inputRequired: { autoFulfill: false },
        listChanged: {
          tools: {
            autoRefresh: false,
            debounceMs: 0,
            onChanged: () => {
              this.#refreshing = this.#refresh(client).catch(() => undefined);
            },
          },
        },
      },
    );
    client.setRequestHandler('elicitation/create', async (request) => ({
      ...(await this.#answer(request)),
    }));
    this.#clients.add(client);
    client.onclose = () => {
      this.#clients.delete(client);
      this.#forget(client);
    };
    this.#current = client;
    try {
      await this.#open(client, timeout);
    } catch (thrown) {
      this.#forget(client);
      await client.close().catch(() => undefined);
      throw thrown;
    }
    return client;
  }

  async #open(client: Client, timeout: number): Promise<void> {
    await client.connect(createTransport(this.#options), { timeout });
    this.#isLegacy = client.getProtocolEra() === 'legacy';
    await this.#refresh(client);
    // Without its stream of changes the list of tools may be old, so the next request connects again.
    void client.autoOpenedSubscription?.closed.then((reason) => {
      if (reason === 'remote') this.#forget(client);
    });
  }

  async #refresh(client: Client): Promise<void> {
    const timeout = this.#options.connectTimeoutMs ?? 30_000;
    const { tools, resources } = client.getServerCapabilities() ?? {};
    this.#onOffer({
      // Without this check the client prints a line for a server without tools.
      tools: tools === undefined ? [] : (await client.listTools(undefined, { timeout })).tools,
      hasResources: resources !== undefined,
    });
  }

  #forget(client: Client): void {
    if (this.#current === client) this.#client = undefined;
  }
}

function createTransport({ transport }: McpOptions) {
  if (isProgram(transport)) {
    const { command, args = [], env, cwd, stderr = 'ignore' } = transport;
    return new StdioClientTransport({
      command,
      args: [...args],
      stderr,
      ...(env && { env: { ...env } }),
      ...(cwd !== undefined && { cwd }),
    });
  }
  const { url, headers, authProvider } = transport;
  return new StreamableHTTPClientTransport(new URL(url), {
    ...(headers && { requestInit: { headers: { ...headers } } }),
    ...(authProvider && { authProvider }),
  });
}
