import { TurnwiseError } from '../errors.ts';
import { isJsonObject } from '../json.ts';

/**
 * Throws `invalid_state` where something is no turn at all: what a program saved and read back, or wrote by hand, has
 * no type that a compiler saw. Whether a turn fits its place is not looked at here.
 */
export function checkTurn(turn: unknown, index: number): void {
  const problem = isJsonObject(turn) ? findProblem(turn) : 'it is no object.';
  if (problem !== undefined) throw notATurn(index, problem);
}

/** The error for what stands where a turn should. */
export function notATurn(index: number, problem: string): TurnwiseError {
  return new TurnwiseError('invalid_state', `Turn ${index} is no turn: ${problem}`);
}

type Fields = Readonly<Record<string, unknown>>;

function findProblem(turn: Fields): string | undefined {
  switch (turn.role) {
    case 'user':
      return isListOf(turn.inputs, isInput) ? undefined : 'its inputs are no list of parts.';
    case 'assistant':
      return findAssistantProblem(turn);
    case 'tool':
      if (!isListOf(turn.results, isResult)) return 'its results are no list of results.';
      if (turn.inputs === undefined || isListOf(turn.inputs, isInput)) return undefined;
      return '`inputs` is not a list of inputs.';
    default:
      return 'its role is not user, assistant or tool.';
  }
}

function findAssistantProblem(turn: Fields): string | undefined {
  switch (turn.kind) {
    case 'text':
      return typeof turn.text === 'string' ? undefined : 'it has no text.';
    case 'calls':
      return isListOf(turn.calls, isCall) ? undefined : 'its calls are no list of calls.';
    default:
      return 'its kind is neither text nor calls.';
  }
}

function isListOf(value: unknown, isItem: (item: Fields) => boolean): boolean {
  return Array.isArray(value) && value.every((item) => isJsonObject(item) && isItem(item));
}

/** Whether an object is an input of a user: a list of parts that is not empty. */
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
