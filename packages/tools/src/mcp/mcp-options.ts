import { TurnwiseError } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import type { AuthProvider, OAuthClientProvider } from './auth-provider.ts';

/** A server that is a program on this machine: it reads from its stdin and writes to its stdout. */
export interface McpStdioTransport {
  /** The program to start. */
  readonly command: string;
  readonly args?: readonly string[] | undefined;
  /** Environment variables, in addition to those that are safe to pass on, such as PATH. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder in which the program is started. @default the current folder */
  readonly cwd?: string | undefined;
  /** Whether the program's error output is printed to that of this process. @default 'ignore' */
  readonly stderr?: 'ignore' | 'inherit' | undefined;
}

/** A server that is reached with streamable HTTP. */
export interface McpHttpTransport {
  readonly url: string | URL;
  /** Headers of every request, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Signs in, for example with OAuth; a provider of `@modelcontextprotocol/client`. */
  readonly authProvider?: AuthProvider | OAuthClientProvider | undefined;
}

/**
 * Which calls need the approval of a human. `destructive`: calls of tools that the server reports as destructive.
 * `unless-read-only`: all calls, except those of tools that a trusted server reports as read-only. A list has the names of
 * tools that the server uses: `remove_item`, not `shop.remove_item`.
 */
export type McpApproval =
  | 'destructive'
  | 'unless-read-only'
  | 'always'
  | 'never'
  | readonly string[];

/** The options of `connectMcp()`. */
export interface McpOptions {
  /** The name of the server. The names of its tools begin with it: `files.read_file`. */
  readonly name: string;
  /** How the server is reached: `{ command, args }` for a program, `{ url }` for HTTP. */
  readonly transport: McpStdioTransport | McpHttpTransport;
  /** The tools of the server that are offered, by the names that the server uses. @default all tools */
  readonly allow?: readonly string[] | undefined;
  /**
   * Whether the server is trusted. Its annotations of tools that promise safety, such as `readOnlyHint`, count only then, and its descriptions
   * are passed on as they are. @default false
   */
  readonly trusted?: boolean | undefined;
  /** @default 'destructive' */
  readonly approve?: McpApproval | undefined;
  /** Milliseconds for one call. @default 60_000 */
  readonly timeoutMs?: number | undefined;
  /** Milliseconds to connect and to list the tools. @default 30_000 */
  readonly connectTimeoutMs?: number | undefined;
}

const known: OptionChecks<McpOptions> = {
  name: option.text,
  transport: option.value('{ command, args } for a program, or { url } for HTTP', (given) =>
    isProgramOrAddress(given),
  ),
  allow: option.strings,
  trusted: option.flag,
  approve: option.value(
    '"destructive", "unless-read-only", "always", "never" or a list of tool names',
    (given) => Array.isArray(given) || approvals.has(given),
  ),
  timeoutMs: option.number({ above: 0 }),
  connectTimeoutMs: option.number({ above: 0 }),
};

function isProgramOrAddress(given: unknown): boolean {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}

const approvals = new Set<unknown>(['destructive', 'unless-read-only', 'always', 'never']);

const stdio: OptionChecks<McpStdioTransport> = {
  command: option.text,
  args: option.strings,
  env: option.dictionary,
  cwd: option.text,
  stderr: option.oneOf('ignore', 'inherit'),
};

const http: OptionChecks<McpHttpTransport> = {
  url: option.value('a URL', (given) => given instanceof URL || typeof given === 'string'),
  headers: option.dictionary,
  authProvider: option.any,
};

/** Throws `invalid_options` if no server can be reached with these options. */
export function checkMcpOptions(options: McpOptions): void {
  const misplaced = ['url', 'command'].find((each) => each in Object(options));
  if (misplaced !== undefined) {
    throw invalid(
      `Option "${misplaced}" of connectMcp() belongs to \`transport\`: connectMcp({ name, transport: { ${misplaced} } }).`,
    );
  }
  checkOptions(options, { name: 'connectMcp()', known });
  const { name, transport } = options;
  if (typeof name !== 'string' || !/^[A-Za-z0-9_-]{1,40}$/.test(name)) {
    throw invalid(
      `connectMcp() needs a name of 1 to 40 letters, digits, "_" or "-"; it is ${JSON.stringify(name)}.`,
    );
  }
  const isStdio = isProgram(transport);
  if (transport === undefined || isStdio === 'url' in transport) {
    throw invalid(
      `MCP server "${name}" needs a transport: { command, args } for a program, or { url } for HTTP.`,
    );
  }
  const label = `transport of MCP server "${name}"`;
  if (isStdio) {
    checkOptions(transport, { name: label, known: stdio });
  } else {
    checkOptions(transport, { name: label, known: http });
    if (!URL.canParse(String(transport.url))) {
      throw invalid(`The url of MCP server "${name}" is not a URL: "${transport.url}".`);
    }
  }
}

/** Whether the server is a program that this process starts. */
export function isProgram(
  transport: McpStdioTransport | McpHttpTransport | undefined,
): transport is McpStdioTransport {
  return transport !== undefined && 'command' in transport;
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
