import { UnauthorizedError } from '@modelcontextprotocol/client';
import { TurnwiseError } from '@turnwise/core';
import type { McpOptions } from './mcp-options.ts';

/** The error of a first connection that failed, with what to correct. A request to sign in stays as it is. */
export function explainConnection(thrown: unknown, options: McpOptions): unknown {
  if (thrown instanceof UnauthorizedError || thrown instanceof TurnwiseError) return thrown;
  const { name } = options;
  return new TurnwiseError(
    'tools_unreachable',
    `The MCP server "${name}" cannot be used. ${reasonOf(thrown, options)}`,
    { cause: thrown },
  );
}

function reasonOf(thrown: unknown, { transport }: McpOptions): string {
  const reason = messagesOf(thrown).join(': ').replace(/\.?$/, '.');
  if ('command' in transport) {
    const line = [transport.command, ...(transport.args ?? [])].join(' ');
    if (!/ENOENT/.test(reason)) {
      return `Its program "${line}" started and did not answer as an MCP server; look at what it prints. ${reason}`;
    }
    const hint = /\s/.test(transport.command)
      ? 'Put the arguments into `args`; `command` is the program alone.'
      : 'Correct `command`, or the folder in `cwd`.';
    return `Its program "${transport.command}" was not found. ${hint}`;
  }
  const url = String(transport.url);
  if (/ECONNREFUSED|ENOTFOUND/.test(reason)) {
    return `No server answers at "${url}". Start it, or correct \`url\`.`;
  }
  return `"${url}" did not answer as an MCP server; its path is often /mcp. ${reason}`;
}

/** The messages of an error and of its causes. An error of `fetch` is not an `Error` of this module if a test runner has its own globals. */
function messagesOf(thrown: unknown): readonly string[] {
  const { message, code, cause } = Object(thrown) as Readonly<Record<string, unknown>>;
  if (typeof message !== 'string') return [String(thrown)];
  const own =
    typeof code === 'string' && !message.includes(code) ? `${message} (${code})` : message;
  return [own, ...(cause === undefined ? [] : messagesOf(cause))];
}
