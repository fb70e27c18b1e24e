import { TurnwiseError } from '../errors.ts';
import { isJsonObject } from '../json.ts';
import {
  type Check,
  checkThat,
  findNotJson,
  isCount,
  isObject,
  isText,
  listOf,
  objectOf,
  oneOf,
  optional,
} from '../json-check.ts';
import type { ToolResultStatus } from './turn.ts';

/**
 * Throws `invalid_state` if a value does not have the form of a turn: the compiler cannot check turns that a program
 * loads from JSON. The message names the first invalid field. Does not check whether the turn may follow the turn before it.
 */
export function checkTurn(turn: unknown, index: number): void {
  const damaged = isTurn(turn) ?? findNotJson(turn);
  if (damaged === undefined) return;
  throw notATurn(index, damaged === '' ? 'it is not an object.' : `check \`${damaged.slice(1)}\`.`);
}

/** The error for a value that is not a turn. */
export function notATurn(index: number, problem: string): TurnwiseError {
  return new TurnwiseError('invalid_state', `Turn ${index} is not valid: ${problem}`);
}

const isTurn: Check = (turn) => {
  if (!isJsonObject(turn)) return '';
  switch (turn.role) {
    case 'user':
      return isUserTurn(turn);
    case 'assistant':
      return turn.kind === 'calls' ? isCallsTurn(turn) : isTextTurn(turn);
    case 'tool':
      return isToolTurn(turn);
    default:
      return '.role';
  }
};

const isHash = checkThat((value) => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));

const isImage = objectOf({ sha256: isHash, mediaType: isText, width: isCount, height: isCount });

const isTextPart = objectOf({ type: oneOf('text'), text: isText });

const isImagePart = objectOf({ type: oneOf('text', 'image'), image: isImage });

const isPart: Check = (part) =>
  isJsonObject(part) && part.type === 'text' ? isTextPart(part) : isImagePart(part);

const isPartList = listOf(isPart);

/** Checks an input of the user: it has at least one part. */
export const isInput = objectOf({
  parts: (parts) =>
    isPartList(parts) ?? (Array.isArray(parts) && parts.length > 0 ? undefined : ''),
});

const isUserTurn = objectOf({ inputs: listOf(isInput) });

const ofAssistant = {
  reasoning: optional(isText),
  provider: optional(objectOf({ profile: isText, data: isObject })),
};

const isTextTurn = objectOf({ kind: oneOf('text'), text: isText, ...ofAssistant });

const isCall = objectOf({
  id: isText,
  name: isText,
  arguments: isObject,
  unreadable: optional(objectOf({ text: isText, problem: isText })),
});

const isCallsTurn = objectOf({ calls: listOf(isCall), ...ofAssistant });

const statuses: Readonly<Record<ToolResultStatus, true>> = {
  ok: true,
  error: true,
  denied: true,
  timeout: true,
  cancelled: true,
  'unknown-tool': true,
  'invalid-arguments': true,
  'ungrounded-arguments': true,
};

/** Checks the status of a result. */
export const isResultStatus = oneOf(...Object.keys(statuses));

/** Checks the result of a call. */
export const isResult = objectOf({
  callId: isText,
  name: isText,
  status: isResultStatus,
  parts: isPartList,
  maxChars: optional(checkThat((value) => Number.isSafeInteger(value) && Number(value) > 0)),
});

const isToolTurn = objectOf({ results: listOf(isResult), inputs: optional(listOf(isInput)) });
