import type { AddressInfo } from 'node:net';
import { PromptCache } from './chat/prompt-cache.ts';
import { checkOptions } from './check-options.ts';
import { type Fault, FaultQueue } from './faults.ts';
import { createHttpServer } from './http/http-server.ts';
import type { LoggedRequest } from './http/request-log.ts';
import { LocalEndpointError } from './local-endpoint-error.ts';
import { llamaCpp2025, llamaCpp2026, llamaCpp2026Silent } from './quirks/llama-cpp.ts';
import { noQuirks } from './quirks/none.ts';
import { ollamaQuirks } from './quirks/ollama.ts';
import type { QuirksName, ServerQuirks } from './quirks/server-quirks.ts';
import { smallModelQuirks } from './quirks/small-model.ts';
import { vllmQuirks } from './quirks/vllm.ts';
import { vllm032Quirks } from './quirks/vllm-0-32.ts';
import { Script, type ScriptedReply } from './script.ts';

/** How the endpoint behaves. Every field has a default. */
export interface LocalEndpointOptions {
  /** @default 0, any free port */
  port?: number | undefined;
  /** @default '127.0.0.1' */
  host?: string | undefined;
  /** Which server it imitates, including its bugs. @default 'vllm' */
  quirks?: QuirksName | undefined;
  /**
   * Turn rules of the imitated model: `gemma-3` refuses a wrong order of roles, `relaxed` accepts any order.
   * @default 'gemma-3', but 'relaxed' for the quirks 'ollama', 'small-model' and 'none', whose templates do not check
   */
  profile?: 'gemma-3' | 'relaxed' | undefined;
  /** Tokens of prompt and reply together. @default that of the imitated server */
  contextWindow?: number | undefined;
  /** Model ids that it lists, and accepts if the imitated server checks them. @default those of the imitated server */
  models?: readonly string[] | undefined;
  /** The key that requests must send. @default requests need no key */
  apiKey?: string | undefined;
  /** Faults for the first requests, one each. */
  faults?: readonly Fault[] | undefined;
  /** Replies to send before the stand-in answers. */
  script?: readonly ScriptedReply[] | undefined;
}

const knownOptions: Record<keyof LocalEndpointOptions, true> = {
  port: true,
  host: true,
  quirks: true,
  profile: true,
  contextWindow: true,
  models: true,
  apiKey: true,
  faults: true,
  script: true,
};

/** A running endpoint. */
export interface LocalEndpoint {
  /** The base URL for a client, such as `http://127.0.0.1:8090/v1`. */
  readonly url: string;
  readonly port: number;
  readonly quirks: QuirksName;
  /** The model ids that it lists. */
  readonly models: readonly string[];
  /** Every request so far, in order of arrival. */
  readonly requests: readonly LoggedRequest[];
  readonly faults: FaultQueue;
  readonly script: Script;
  /** Resolves when no request is in progress. */
  idle(): Promise<void>;
  /** Closes all connections and stops listening. Can be called twice. */
  close(): Promise<void>;
}

/** The values of the option `quirks`. */
export const quirksNames = [
  'vllm',
  'vllm-0.32',
  'llama.cpp-2025',
  'llama.cpp-2026',
  'llama.cpp-2026-silent',
  'ollama',
  'small-model',
  'none',
] as const;

/**
 * Starts an OpenAI-compatible endpoint on the loopback interface. A rule-based stand-in answers instead of a
 * model. The endpoint imitates the turn rules and bugs of the chosen server. Throws `LocalEndpointError`.
 *
 * @example
 * const endpoint = await startLocalEndpoint({ quirks: 'vllm' });
 * const client = new OpenAI({ baseURL: endpoint.url, apiKey: 'any' });
 */
export async function startLocalEndpoint(
  options: LocalEndpointOptions = {},
): Promise<LocalEndpoint> {
  checkOptions(options, { name: 'startLocalEndpoint()', known: Object.keys(knownOptions) });
  const { port = 0, host = '127.0.0.1', apiKey } = options;
  const quirks = chooseQuirks(options.quirks ?? 'vllm');
  const faults = new FaultQueue(options.faults);
  const script = new Script(options.script);
  const requests: LoggedRequest[] = [];
  const active = new ActiveRequests();
  const facts = toFacts(options, quirks);
  const server = createHttpServer(
    { quirks, facts, faults, script, cache: new PromptCache() },
    { apiKey, log: requests, onActiveChange: (change) => active.change(change) },
  );
  await listen(server, port, host);
  const bound = (server.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/v1`,
    port: bound,
    quirks: quirks.name,
    models: facts.models,
    requests,
    faults,
    script,
    idle: () => active.idle(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const allQuirks: Record<QuirksName, ServerQuirks> = {
  vllm: vllmQuirks,
  'vllm-0.32': vllm032Quirks,
  'llama.cpp-2025': llamaCpp2025,
  'llama.cpp-2026': llamaCpp2026,
  'llama.cpp-2026-silent': llamaCpp2026Silent,
  ollama: ollamaQuirks,
  'small-model': smallModelQuirks,
  none: noQuirks,
};

function chooseQuirks(name: QuirksName): ServerQuirks {
  const quirks = quirksNames.includes(name) ? allQuirks[name] : undefined;
  if (quirks !== undefined) return quirks;
  throw new LocalEndpointError(
    'invalid_options',
    `Unknown quirks "${name}". Available: ${quirksNames.join(', ')}.`,
  );
}

function toFacts(options: LocalEndpointOptions, quirks: ServerQuirks) {
  const contextWindow = options.contextWindow ?? quirks.contextWindow;
  if (!Number.isInteger(contextWindow) || contextWindow < 1) {
    throw new LocalEndpointError(
      'invalid_options',
      `Invalid contextWindow ${contextWindow}. Give a whole number of tokens, 1 or more.`,
    );
  }
  const isRelaxed = ['ollama', 'none', 'small-model'].includes(quirks.name);
  const profile = options.profile ?? (isRelaxed ? 'relaxed' : 'gemma-3');
  return {
    models: options.models ?? quirks.models,
    contextWindow,
    isStrict: profile === 'gemma-3',
  };
}

async function listen(
  server: ReturnType<typeof createHttpServer>,
  port: number,
  host: string,
): Promise<void> {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new LocalEndpointError(
      'invalid_options',
      `Invalid port ${port}. Give a whole number from 0 (any free port) to 65535.`,
    );
  }
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE';
      const message = isTaken
        ? `Port ${port} on ${host} is in use. Choose another with the option port (--port on the command line), or 0 for any free one.`
        : `The endpoint cannot listen on ${host}:${port}: ${error.message}.`;
      reject(
        new LocalEndpointError(isTaken ? 'port_taken' : 'listen_failed', message, { cause: error }),
      );
    });
    server.listen(port, host, resolve);
  });
}

/** Counts the requests in progress. */
class ActiveRequests {
  #count = 0;
  #waiters: (() => void)[] = [];

  change(by: 1 | -1): void {
    this.#count += by;
    if (this.#count > 0) return;
    for (const resolve of this.#waiters.splice(0)) resolve();
  }

  idle(): Promise<void> {
    if (this.#count === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }
}
