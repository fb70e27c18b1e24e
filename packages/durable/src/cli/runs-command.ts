import { parseArgs } from 'node:util';
import { type JsonValue, TurnwiseError } from '@turnwise/core';
import type { RunDecision } from '../engine/durable-agent.ts';
import { type RunStatus, runStatuses } from '../store/run-store.ts';

/** What `turnwise runs` is asked to do. */
export type RunsCommand =
  | { readonly kind: 'help' }
  | {
      readonly kind: 'list';
      readonly file: string;
      readonly status: RunStatus | undefined;
      readonly agent: string | undefined;
      readonly asJson: boolean;
    }
  | {
      readonly kind: 'show' | 'watch' | 'abort';
      readonly file: string;
      readonly id: string;
      readonly asJson: boolean;
    }
  | {
      readonly kind: 'decide';
      readonly file: string;
      readonly id: string;
      readonly callId: string;
      readonly decision: RunDecision;
      /** The module with the agents, to check edited arguments. */
      readonly agents: string | undefined;
    }
  | {
      readonly kind: 'resume';
      readonly file: string;
      readonly id: string;
      /** The module with the agents. */
      readonly agents: string;
      readonly acceptsAgent: boolean;
      readonly asJson: boolean;
    };

const options = {
  status: { type: 'string' },
  agent: { type: 'string' },
  reason: { type: 'string' },
  arguments: { type: 'string' },
  value: { type: 'string' },
  result: { type: 'string' },
  fingerprint: { type: 'string' },
  agents: { type: 'string' },
  accept: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

type Values = ReturnType<typeof parse>['values'];

/** Reads the arguments of `turnwise`. Throws `invalid_options` with what is accepted. */
export function parseRunsCommand(given: readonly string[]): RunsCommand {
  const { values, positionals } = parse(given);
  const [noun, verb, file, id, callId, kind, ...more] = positionals;
  if (values.help || noun === undefined) return { kind: 'help' };
  if (noun !== 'runs') throw invalid(`Unknown command "${noun}". The command is "turnwise runs".`);
  if (verb === 'list') {
    const at = required(file, 'the file of the store');
    assertNone([id, callId, kind, ...more]);
    const { status, agent, json } = values;
    if (status !== undefined && !isStatus(status)) {
      throw invalid(`Unknown status "${status}". Use one of: ${runStatuses.join(', ')}.`);
    }
    return { kind: 'list', file: at, status, agent, asJson: json };
  }
  if (verb === 'show' || verb === 'watch' || verb === 'abort') {
    const target = { file: required(file, 'the file of the store'), id: required(id, 'the run') };
    assertNone([callId, kind, ...more]);
    return { kind: verb, ...target, asJson: values.json };
  }
  if (verb === 'resume') {
    assertNone([callId, kind, ...more]);
    return {
      kind: 'resume',
      file: required(file, 'the file of the store'),
      id: required(id, 'the run'),
      agents: required(values.agents, 'the module with the agents (--agents)'),
      acceptsAgent: acceptsAgent(values.accept),
      asJson: values.json,
    };
  }
  if (verb === 'decide') {
    assertNone(more);
    return {
      kind: 'decide',
      file: required(file, 'the file of the store'),
      id: required(id, 'the run'),
      callId: required(callId, 'the call'),
      decision: toDecision(required(kind, 'the decision'), values),
      agents: values.agents,
    };
  }
  throw invalid(`Unknown command "${verb ?? ''}". Use list, show, watch, decide, resume or abort.`);
}

function acceptsAgent(given: string | undefined): boolean {
  if (given === undefined || given === 'changed-agent') return given !== undefined;
  throw invalid(`--accept is "${given}"; it must be changed-agent.`);
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], allowPositionals: true, options });
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function toDecision(kind: string, values: Values): RunDecision {
  const { fingerprint, reason } = values;
  const common = { ...(fingerprint !== undefined && { fingerprint }) };
  switch (kind) {
    case 'approve':
    case 'run-again':
      return { kind, ...common };
    case 'deny':
    case 'give-up':
      return { kind, ...(reason !== undefined && { reason }), ...common };
    case 'edit':
      return { kind, arguments: json('arguments', values.arguments), ...common } as RunDecision;
    case 'answer':
      return { kind, value: json('value', values.value), ...common };
    case 'happened':
      return { kind, result: json('result', values.result), ...common };
    default:
      throw invalid(
        `Unknown decision "${kind}". Use approve, deny, edit, answer, happened, run-again or give-up.`,
      );
  }
}

function json(name: string, text: string | undefined): JsonValue {
  const example = `--${name} '{"euros": 40}'`;
  if (text === undefined) {
    throw invalid(`This decision needs --${name} with JSON, such as ${example}.`);
  }
  let value: JsonValue;
  try {
    value = JSON.parse(text);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw invalid(
      `--${name} is not JSON: ${shown(text)} (${reason}). Put the JSON into single quotes, such as ${example}.`,
    );
  }
  if (name === 'arguments' && !isObject(value)) {
    throw invalid(`--${name} is ${shown(text)}; it must be a JSON object, such as ${example}.`);
  }
  return value;
}

function isObject(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The beginning of a text in quotes. Control characters are escaped. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function required(given: string | undefined, what: string): string {
  if (given !== undefined) return given;
  throw invalid(`The name of ${what} is missing. See turnwise --help.`);
}

function assertNone(given: readonly (string | undefined)[]): void {
  const [extra] = given.filter((each) => each !== undefined);
  if (extra !== undefined) throw invalid(`Unexpected "${extra}". See turnwise --help.`);
}

function isStatus(text: string): text is RunStatus {
  return runStatuses.some((each) => each === text);
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
