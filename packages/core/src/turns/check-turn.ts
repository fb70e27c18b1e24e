import { TurnwiseError } from '../errors.ts';
import { isJsonObject } from '../json.ts';

/**
 * Throws `invalid_state` if a value does not have the form of a turn: the compiler cannot check turns that a program
 * loads from JSON. Does not check whether the turn may follow the turn before it.
 */
export function checkTurn(turn: unknown, index: number): void {
  const problem = isJsonObject(turn) ? findProblem(turn) : 'it is not an object.';
  if (problem !== undefined) throw notATurn(index, problem);
}

/** The error for a value that is not a turn. */
export function notATurn(index: number, problem: string): TurnwiseError {
  return new TurnwiseError('invalid_state', `Turn ${index} is not valid: ${problem}`);
}

type Fields = Readonly<Record<string, unknown>>;

function findProblem(turn: Fields): string | undefined {
  switch (turn.role) {
    case 'user':
      return isListOf(turn.inputs, isInput)
        ? undefined
        : '`inputs` is not a list of inputs with parts.';
    case 'assistant':
      return findAssistantProblem(turn);
    case 'tool':
      if (!isListOf(turn.results, isResult)) return '`results` is not a list of results.';
      if (turn.inputs === undefined || isListOf(turn.inputs, isInput)) return undefined;
      return '`inputs` is not a list of inputs.';
    default:
      return '`role` is not "user", "assistant" or "tool".';
  }
}

function findAssistantProblem(turn: Fields): string | undefined {
  switch (turn.kind) {
    case 'text':
      return typeof turn.text === 'string' ? undefined : '`text` is not a string.';
    case 'calls':
      return isListOf(turn.calls, isCall) ? undefined : '`calls` is not a list of calls.';
    default:
      return '`kind` is not "text" or "calls".';
  }
}

function isListOf(value: unknown, isItem: (item: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isJsonObject(item) && isItem(item));
}

/** Whether an object is an input of the user: it has at least one part. */
export function isInput({ parts }: Fields): boolean {
  return isListOf(parts, isPart) && Array.isArray(parts) && parts.length > 0;
}

function isPart({ type, text, image }: Fields): boolean {
  if (type === 'text') return typeof text === 'string';
  return type === 'image' && isJsonObject(image) && typeof image.sha256 === 'string';
}

function isCall({ id, name, arguments: input }: Fields): boolean {
  return typeof id === 'string' && typeof name === 'string' && isJsonObject(input);
}

function isResult({ callId, name, status, parts }: Fields): boolean {
  return (
    typeof callId === 'string' &&
    typeof name === 'string' &&
    typeof status === 'string' &&
    isListOf(parts, isPart)
  );
}
