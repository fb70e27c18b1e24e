import { UnauthorizedError } from '@modelcontextprotocol/client';
import { TurnwiseError } from '@turnwise/core';
import { refusedStatus } from './explain-failure.ts';
import type { McpOptions } from './mcp-options.ts';

/** The error of a first connection that failed, with what to correct. A request to sign in stays as it is. */
export function explainConnection(thrown: unknown, options: McpOptions): unknown {
  if (thrown instanceof TurnwiseError) return thrown;
  if (thrown instanceof UnauthorizedError && asksToSignIn(options)) return thrown;
  const { name } = options;
  return new TurnwiseError(
    'tools_unreachable',
    `The MCP server "${name}" cannot be used. ${reasonOf(thrown, options)}`,
    { cause: thrown },
  );
}

/** Whether the program gave an OAuth provider, which has sent the user to a page. */
function asksToSignIn({ transport }: McpOptions): boolean {
  if ('command' in transport) return false;
  return Object(transport.authProvider).redirectToAuthorization !== undefined;
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
  const status = thrown instanceof UnauthorizedError ? 401 : refusedStatus(thrown);
  if (status !== undefined) {
    const hasToken = transport.headers !== undefined || transport.authProvider !== undefined;
    const cure = hasToken
      ? 'Renew the token in `headers` or `authProvider`.'
      : 'Pass a token in `headers`, or an `authProvider`.';
    return `"${url}" refused the access (HTTP ${status}). ${cure}`;
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
