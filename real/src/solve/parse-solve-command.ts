import { parseArgs } from 'node:util';
import { LaneError } from '../setup/lane-error.ts';
import { isSolverName, type SolverName, solverNames } from './solvers/solver-names.ts';

/** What to solve, with whom, on which server. */
export interface SolveCommand {
  readonly kind: 'solve';
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey: string;
  /** The path of a file of tasks; `undefined` for the project's own. */
  readonly tasks: string | undefined;
  readonly solvers: readonly SolverName[];
  /** Ids of tasks; `undefined` for all. */
  readonly only: readonly string[] | undefined;
  readonly maxTokens: number;
  readonly taskSeconds: number;
  readonly asJson: boolean;
  /** Single inputs with the calls that are right, in place of tasks. */
  readonly cases?: {
    readonly file: string;
    readonly answers: string | undefined;
    readonly count: number;
    readonly seed: number;
  };
}

/** Reads the arguments of `pnpm solve`. Throws `invalid_arguments` with the accepted values. */
export function parseSolveCommand(
  given: readonly string[],
): SolveCommand | { readonly kind: 'help' } {
  const values = parse(given);
  if (values.help) return { kind: 'help' };
  const { 'base-url': baseURL, model } = values;
  if (baseURL === undefined || !URL.canParse(baseURL)) {
    throw invalid('Name the server: --base-url http://127.0.0.1:8101/v1');
  }
  if (model === undefined) throw invalid('Name the model: --model qwen2.5-coder-1.5b-instruct');
  return {
    kind: 'solve',
    baseURL,
    model,
    apiKey: values['api-key'] ?? 'unused',
    tasks: values.tasks,
    solvers: values.with === undefined ? defaultSolvers : toSolvers(toList(values.with)),
    only: values.only === undefined ? undefined : toList(values.only),
    maxTokens: toWhole('--max-tokens', values['max-tokens'], 512),
    taskSeconds: toWhole('--task-seconds', values['task-seconds'], 900),
    asJson: values.json === true,
    ...(values.bfcl !== undefined && {
      cases: {
        file: values.bfcl,
        answers: values['bfcl-answers'],
        count: toWhole('--cases', values.cases, 60),
        seed: toWhole('--seed', values.seed, 1),
      },
    }),
  };
}

const defaultSolvers: readonly SolverName[] = ['turnwise', 'ai-sdk', 'openai-agents', 'langchain'];

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: given[0] === '--' ? given.slice(1) : [...given],
      options: {
        'base-url': { type: 'string' },
        model: { type: 'string' },
        'api-key': { type: 'string' },
        tasks: { type: 'string' },
        with: { type: 'string' },
        only: { type: 'string' },
        'max-tokens': { type: 'string' },
        'task-seconds': { type: 'string' },
        bfcl: { type: 'string' },
        'bfcl-answers': { type: 'string' },
        cases: { type: 'string' },
        seed: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function toList(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function toSolvers(names: readonly string[]): SolverName[] {
  const unknown = names.find((name) => !isSolverName(name));
  if (names.length > 0 && unknown === undefined) return names.filter(isSolverName);
  throw invalid(`Unknown solver "${unknown ?? ''}". Available: ${solverNames.join(', ')}.`);
}

function toWhole(option: string, text: string | undefined, standard: number): number {
  if (text === undefined) return standard;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw invalid(`Invalid value "${text}" for ${option}. Use a whole number, 1 or more.`);
}

function invalid(message: string): LaneError {
  return new LaneError('invalid_arguments', message);
}
