import { type Tool, TurnwiseError } from '@turnwise/core';
import { checkMcpOptions, type McpOptions } from './mcp-options.ts';
import { type LeftOutTool, OfferedTools } from './offered-tools.ts';

/** A connected MCP server. */
export interface McpConnection {
  /**
   * The tools of the server, for the option `tools` of an agent. If the server changes its tools, this list changes, and the
   * next step of a run uses the new one. To combine it with other tools use `joinTools()`; a copy does not change.
   */
  readonly tools: readonly Tool[];
  /** The tools that are not offered, and why. */
  readonly leftOut: readonly LeftOutTool[];
  /** Reads the tools of the server again. Rejects if the server cannot be reached. */
  refresh(): Promise<void>;
  /** Ends the connection, and the program of the server if there is one. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Connects to an MCP server and returns its tools. If the server ends or does not answer, the call of the model gets an error
 * result, and the next call connects again. Throws `invalid_options`, also if `allow` or `approve` names a tool that the server does
 * not have; rejects with `tools_unreachable` if the first connection fails, and with the `UnauthorizedError` of
 * `@modelcontextprotocol/client` if a user must sign in.
 *
 * @example
 * await using files = await connectMcp({
 *   name: 'files',
 *   transport: { command: 'npx', args: ['-y', '@modelcontextprotocol/server-filesystem', '.'] },
 * });
 * const agent = new Agent({ name: 'clerk', model, tools: files.tools });
 */
export async function connectMcp(options: McpOptions): Promise<McpConnection> {
  checkMcpOptions(options);
  const ServerConnection = await loadConnection();
  const offered = new OfferedTools(options, () => connection);
  const connection = new ServerConnection(options, (offer) => offered.update(offer));
  const close = () => connection.close();
  try {
    await connection.open();
  } catch (thrown) {
    await close();
    throw thrown;
  }
  const unknown = offered.unknownNames();
  if (unknown !== undefined) {
    await close();
    throw new TurnwiseError('invalid_options', unknown);
  }
  const { tools, leftOut } = offered;
  const refresh = () => connection.refresh();
  return { tools, leftOut, refresh, close, [Symbol.asyncDispose]: close };
}

/** The MCP SDK is a peer, and only a program with MCP servers has it. */
async function loadConnection() {
  try {
    const { ServerConnection } = await import('./server-connection.ts');
    return ServerConnection;
  } catch (thrown) {
    if ((thrown as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw thrown;
    throw new TurnwiseError(
      'invalid_options',
      'connectMcp() needs the package "@modelcontextprotocol/client". Install it: npm i @modelcontextprotocol/client',
      { cause: thrown },
    );
  }
}
