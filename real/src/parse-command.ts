import { parseArgs } from 'node:util';
import { LaneError } from './setup/lane-error.ts';
import { type TemplateName, templateNames } from './templates/prepare-chat-template.ts';
import { type ModelName, modelNames } from './weights/weights.ts';

const serverNames = ['llama-server', 'vllm'] as const;
type ServerName = (typeof serverNames)[number];

/** Which server to start. */
export interface ServerChoice {
  readonly model: ModelName;
  readonly server: ServerName;
  readonly template: TemplateName;
  readonly port: number;
  /** Tokens of prompt and reply together. */
  readonly context: number;
}

export type Command =
  | { readonly kind: 'help' }
  | { readonly kind: 'up'; readonly choice: ServerChoice }
  /** Stops the server on this port, or every one that `up` started. */
  | { readonly kind: 'down'; readonly port: number | undefined };

/** Reads the arguments of `pnpm real`. Throws `invalid_arguments` with the accepted values. */
export function parseCommand(given: readonly string[]): Command {
  const { values, positionals } = parse(given);
  const [verb, ...names] = positionals;
  if (values.help || verb === undefined) return { kind: 'help' };
  const port = values.port === undefined ? undefined : toNumber('--port', values.port, 65_535);
  if (verb === 'down') {
    assertNoMore(names);
    return { kind: 'down', port };
  }
  if (verb !== 'up') throw invalid(`Unknown command "${verb}". Use "up" or "down".`);
  const model = names.find((name) => isOneOf(modelNames, name));
  const server = names.find((name) => isOneOf(serverNames, name));
  assertNoMore(names.filter((name) => name !== model && name !== server));
  return {
    kind: 'up',
    choice: toChoice(
      model ?? (server === 'vllm' ? 'gemma' : 'qwen'),
      server ?? 'llama-server',
      port,
      values,
    ),
  };
}

function toChoice(
  model: ModelName,
  server: ServerName,
  port: number | undefined,
  values: { template?: string | undefined; context?: string | undefined },
): ServerChoice {
  const standard = server === 'vllm' ? 'gemma-pythonic' : model === 'gemma' ? 'gemma-stock' : 'own';
  const template = values.template ?? standard;
  if (!isOneOf(templateNames, template)) {
    throw invalid(`Unknown template "${template}". Available: ${templateNames.join(', ')}.`);
  }
  const context =
    values.context === undefined
      ? defaultContext[server]
      : toNumber('--context', values.context, 32_768);
  return { model, server, template, port: port ?? defaultPort(server, template), context };
}

const defaultContext: Readonly<Record<ServerName, number>> = {
  'llama-server': 16_384,
  vllm: 8_192,
};

function defaultPort(server: ServerName, template: TemplateName): number {
  if (server === 'vllm') return 8102;
  return { own: 8101, 'gemma-stock': 8103, 'gemma-pythonic': 8104 }[template];
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: given[0] === '--' ? given.slice(1) : [...given],
      allowPositionals: true,
      options: {
        template: { type: 'string' },
        port: { type: 'string' },
        context: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function assertNoMore(names: readonly string[]): void {
  if (names.length === 0) return;
  const known = [...modelNames, ...serverNames].join(', ');
  throw invalid(
    `Unexpected "${names.join('", "')}". After "up" use one model and one server of: ${known}.`,
  );
}

function toNumber(option: string, text: string, highest: number): number {
  const number = /^\d+$/.test(text) ? Number(text) : 0;
  if (number >= 1 && number <= highest) return number;
  throw invalid(`Invalid value "${text}" for ${option}. Use a whole number from 1 to ${highest}.`);
}

function isOneOf<Name extends string>(names: readonly Name[], text: string): text is Name {
  return names.some((name) => name === text);
}

function invalid(message: string): LaneError {
  return new LaneError('invalid_arguments', message);
}
