import { type PythonicCall, type PythonicRules, parsePythonicCalls } from './pythonic-calls.ts';

/** One piece of a streamed call; only the first piece of each call has a `name`. */
export interface CallPiece {
  index: number;
  name?: string;
  arguments: string;
}

/** What one piece of model text was parsed into: content (empty at the end of calls), pieces of calls, or nothing. */
export type PythonicDelta = { content: string } | { pieces: CallPiece[] } | undefined;

/**
 * Parses a whole reply as vLLM's pythonic parser does. Returns `undefined` if the text is content.
 * Text around the calls is lost if it parses as Python. (vLLM `pythonic_tool_parser.py`)
 */
export function extractPythonicCalls(
  text: string,
  rules: PythonicRules,
): PythonicCall[] | undefined {
  if (!looksLikeCallList(text)) return undefined;
  try {
    return parsePythonicCalls(text, rules);
  } catch {
    return undefined;
  }
}

/**
 * Whether the anchored pattern of vLLM's parser matches, without its backtracking: a call without arguments
 * is followed by `]` or another call; after a first `name=`, any later `)]` matches.
 */
function looksLikeCallList(text: string): boolean {
  if (!text.startsWith('[')) return false;
  let rest = text.slice(1);
  while (true) {
    const start = /^[a-zA-Z][\p{L}\p{N}_]*\(/u.exec(rest);
    if (start === null) return false;
    rest = rest.slice(start[0].length);
    if (/^[a-zA-Z][\p{L}\p{N}_]*=/u.test(rest)) return /\)\s*\]/.test(rest);
    const end = /^\)(?:,\s*|\s*)/.exec(rest);
    if (end === null) return false;
    rest = rest.slice(end[0].length);
    if (rest.startsWith(']')) return !end[0].includes(',');
  }
}

/**
 * The streaming parser of vLLM's pythonic format, with its bugs: it reads growing text and returns deltas.
 * Text that starts with `[` and is not a list of calls returns no delta, so it is lost.
 */
export class PythonicStream {
  readonly #rules: PythonicRules;
  readonly #sent: string[] = [];
  #text = '';
  #index = -1;

  constructor(rules: PythonicRules) {
    this.#rules = rules;
  }

  /** Adds the next piece of model text; `''` is the end-of-sequence token. */
  push(piece: string): PythonicDelta {
    this.#text += piece;
    if (!this.#text.startsWith('[')) return { content: piece };
    try {
      return this.#readCalls();
    } catch {
      return undefined;
    }
  }

  #readCalls(): PythonicDelta {
    const completed = completePython(this.#text);
    if (completed === undefined) return undefined;
    const { text, added } = completed;
    const calls = parsePythonicCalls(text, this.#rules);
    const pieces: CallPiece[] = [];
    for (const [index, call] of calls.entries()) {
      if (index < this.#index) continue;
      const isComplete = index < calls.length - 1 || !added.includes(')]');
      const piece = this.#nextPiece(call, index, isComplete, added);
      if (piece !== undefined) pieces.push(piece);
    }
    if (pieces.length > 0) return { pieces };
    return added === '' && this.#index > 0 ? { content: '' } : undefined;
  }

  #nextPiece(
    call: PythonicCall,
    index: number,
    isComplete: boolean,
    added: string,
  ): CallPiece | undefined {
    this.#index = isComplete ? index + 1 : index;
    this.#sent[index] ??= '';
    const sendable = withhold(call.arguments, isComplete ? '' : withheldSuffix(added));
    const sent = this.#sent[index];
    if (sent === '') {
      this.#sent[index] = sendable;
      return { index, name: call.name, arguments: sendable };
    }
    const rest = sendable.slice(sent.length);
    this.#sent[index] += rest;
    return rest === '' ? undefined : { index, arguments: rest };
  }
}

function withheldSuffix(added: string): string {
  const closing = added.at(-2) === ')' ? '}' : '';
  return `${added.slice(0, -2)}${closing}`.replaceAll("'", '"');
}

/** vLLM's parser asserts that its guess of the unfinished end is right, and skips the delta if it is not. */
function withhold(json: string, suffix: string): string {
  if (suffix === '') return json;
  if (!json.endsWith(suffix)) throw new Error('the withheld suffix does not match');
  return json.slice(0, -suffix.length);
}

const closers: Record<string, string> = { '[': ']', '(': ')', '{': '}', "'": "'", '"': '"' };

/** Closes open brackets, so that a prefix of a call list parses; `undefined` if they cannot be closed yet. */
function completePython(source: string): { text: string; added: string } | undefined {
  const open = openBrackets(source);
  let text = source.trimEnd();
  if (/[=:]$/.test(text)) return undefined;
  const last = open.at(-1);
  if (last === '{' && isNameUnfinished(text, '{', ':')) return undefined;
  if (last === '(' && isNameUnfinished(text, '(', '=')) return undefined;
  if (text.endsWith(',')) text = text.slice(0, -1);
  if (last === '[' && !/[[)]$/.test(text)) return undefined;
  const added = open
    .toReversed()
    .map((bracket) => closers[bracket])
    .join('');
  return { text: text + added, added };
}

/** Counts signs before the innermost bracket, with the same simplification as vLLM's parser. */
function isNameUnfinished(text: string, bracket: string, sign: string): boolean {
  const before = text.slice(0, text.lastIndexOf(bracket));
  return before.split(sign).length <= before.split(',').length;
}

/** The open brackets and quotes. Brackets inside strings count, too: a bug of vLLM's parser. */
function openBrackets(source: string): string[] {
  const open: string[] = [];
  let previous = '';
  for (const sign of source) {
    if ('[({'.includes(sign)) open.push(sign);
    else if ('])}'.includes(sign)) closeBracket(open, sign);
    else if (sign === "'" || sign === '"') toggleQuote(open, sign, previous === '\\');
    previous = sign;
  }
  return open;
}

function closeBracket(open: string[], sign: string): void {
  const bracket = open.pop();
  if (bracket === undefined || closers[bracket] !== sign) throw new Error('mismatched brackets');
}

function toggleQuote(open: string[], sign: string, isEscaped: boolean): void {
  const last = open.at(-1);
  if (last === sign) {
    if (!isEscaped) open.pop();
  } else if (last !== "'" && last !== '"') {
    open.push(sign);
  }
}
