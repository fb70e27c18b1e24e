import {
  type CallGroup,
  mayPrecedeAction,
  mayPrecedeBareCall,
  readCallGroup,
} from './call-group.ts';
import type { CallableNames } from './callable-name.ts';
import { Cursor, isBlank, isLineBreak, TooMuchWork } from './cursor.ts';
import { actionForm } from './family-calls.ts';
import { readFence, skipFenceEnd } from './fenced-calls.ts';
import { readResponse } from './json-call.ts';
import { isAtJsonData, JsonData } from './json-data.ts';
import { isAtInventedResult, isResultLanguage, skipThoughtTag } from './skipped-blocks.ts';

/** The result of a walk. */
export type Passage =
  | { readonly kind: 'calls'; readonly start: number; readonly group: CallGroup }
  /** The text from `start` on can only be decided with more text. */
  | { readonly kind: 'undecided'; readonly start: number }
  | { readonly kind: 'end' };

/** Options of a walk. */
export interface WalkOptions {
  /** Whether the text is complete; else more of it may follow. */
  readonly isWhole: boolean;
}

/**
 * Walks through a text, passes prose and stops at calls. This class alone decides where calls may begin, for a whole text
 * and for a stream. It keeps the state it needs, so that a stream can drop the text that was passed.
 */
export class TextWalk {
  readonly #tools: CallableNames;
  /** The last non-blank character before the current one on its line; `''` at the start of a line. */
  #before = '';
  #inside: Inside = { kind: 'prose' };
  #hasPassedText = false;
  /** Whether a call of the ReAct form was passed: an observation after it is invented. */
  #hasPassedAction = false;
  #passed = 0;
  #work = 0;
  #hasGivenUp = false;

  /** Whether the text needed too much re-reading, so that the rest of it is not read. */
  get hasGivenUp(): boolean {
    return this.#hasGivenUp;
  }

  constructor(tools: CallableNames) {
    this.#tools = tools;
  }

  /** Continues in `text` from `start`, which must be where the last walk ended. */
  walk(text: string, start: number, options: WalkOptions): Passage {
    let at = start;
    while (at < text.length) {
      const character = text.charAt(at);
      // Fast path for most characters: it creates no objects.
      if (!this.#mayMatter(character)) {
        this.#pass(character);
        at += 1;
        continue;
      }
      const step = this.#look(text, at, options);
      if (step.kind !== 'pass') return { ...step, start: at };
      this.#passTo(text, at, step);
      at = step.end;
    }
    return { kind: 'end' };
  }

  /** Passes calls that begin at `start`. */
  passCalls(text: string, start: number, { end, form }: CallGroup): void {
    this.#passTo(text, start, { end });
    this.#hasPassedAction ||= form === actionForm;
  }

  #look(text: string, at: number, { isWhole }: WalkOptions): Step {
    if (this.#hasGivenUp && !isWhole) return { kind: 'undecided' };
    const characters = this.#passed + text.length - at;
    const maxWork = mostWork.atLeast + mostWork.perCharacter * characters - this.#work;
    const cursor = new Cursor(text, at, { maxWork });
    try {
      const step = this.#decide(cursor);
      return cursor.sawEnd && !isWhole ? { kind: 'undecided' } : step;
    } catch (thrown) {
      if (!(thrown instanceof TooMuchWork)) throw thrown;
      // Text that needs too much re-reading, such as a thousand nested broken calls, stays prose.
      this.#hasGivenUp = true;
      return isWhole ? { kind: 'pass', end: text.length } : { kind: 'undecided' };
    } finally {
      this.#work += cursor.work;
    }
  }

  /** Whether this character may begin a call or end the current block. */
  #mayMatter(character: string): boolean {
    if (this.#inside.kind === 'fence') return character === '`' && this.#before === '';
    if (this.#inside.kind === 'thought') return character === this.#inside.end.charAt(0);
    if (this.#inside.kind !== 'prose') return false;
    if (character === '[' || character === '{' || character === '<' || character === '`') {
      return true;
    }
    if (afterSentence.has(character) && mayPrecedeAction(this.#before)) return true;
    if (!mayPrecedeBareCall(this.#before)) return false;
    if (this.#hasPassedAction && character === 'O') return true;
    return bareStarts.has(character) || this.#tools.mayBeginWith(character);
  }

  #decide(cursor: Cursor): Step {
    if (this.#inside.kind === 'fence')
      return endedBy(cursor, skipFenceEnd(cursor, this.#inside.ticks));
    if (this.#inside.kind === 'thought') return endedBy(cursor, cursor.skip(this.#inside.end));
    const { at } = cursor;
    const group = readCallGroup(cursor, this.#tools, this.#before);
    if (group?.isCalls === true) return { kind: 'calls', group };
    if (group !== undefined) return { kind: 'pass', end: group.end };
    cursor.at = at;
    return this.#decideProse(cursor);
  }

  /** No call begins here; decides up to which index no call can begin. */
  #decideProse(cursor: Cursor): Step {
    const { at } = cursor;
    if (isAtInventedResult(cursor) || (this.#hasPassedAction && cursor.isAt('Observation:')))
      return { kind: 'pass', end: at + 1, inside: { kind: 'result' } };
    const thoughtEnd = skipThoughtTag(cursor);
    if (thoughtEnd !== undefined) {
      return { kind: 'pass', end: cursor.at, inside: { kind: 'thought', end: thoughtEnd } };
    }
    if (cursor.peek() === '`') return decideTicks(cursor);
    // An answer in the generic format of llama.cpp must not be shown with its JSON around it.
    if (!this.#hasPassedText && readResponse(cursor) !== undefined) {
      return { kind: 'pass', end: cursor.at };
    }
    cursor.at = at;
    if (!isAtJsonData(cursor)) return { kind: 'pass', end: at + 1 };
    return { kind: 'pass', end: at, inside: { kind: 'data', data: new JsonData() } };
  }

  #passTo(text: string, start: number, { end, inside }: { end: number; inside?: Inside }): void {
    for (let at = start; at < end; at += 1) this.#pass(text.charAt(at));
    this.#inside = inside ?? this.#inside;
  }

  #pass(character: string): void {
    this.#passed += 1;
    if (isLineBreak(character)) this.#before = '';
    else if (!isBlank(character)) {
      this.#before = character;
      this.#hasPassedText = true;
    }
    if (this.#inside.kind === 'data' && !this.#inside.data.take(character)) {
      this.#inside = { kind: 'prose' };
    }
  }
}

/** The block that the passed text has opened. */
type Inside =
  | { readonly kind: 'prose' }
  | { readonly kind: 'fence'; readonly ticks: number }
  | { readonly kind: 'thought'; readonly end: string }
  | { readonly kind: 'data'; readonly data: JsonData }
  | { readonly kind: 'result' };

type Step =
  | { readonly kind: 'calls'; readonly group: CallGroup }
  | { readonly kind: 'pass'; readonly end: number; readonly inside?: Inside }
  | { readonly kind: 'undecided' };

/** `Action:`, and for gpt-oss `assistant`, `analysis` and `commentary`. */
const afterSentence = new Set(['A', 'a', 'c']);

/** `call:`, `print(`, `**Action:**` and, for gpt-oss, `commentary`, `analysis`, `assistant` and `to=`. */
const bareStarts = new Set(['c', 'p', 'a', 't', '*']);

/** The characters that may be read, counting repeated reads, so that the time is linear in the length of the text. */
const mostWork = { atLeast: 10_000, perCharacter: 48 };

/** A fence or a thought continues for one character unless its end was skipped. */
function endedBy(cursor: Cursor, isEnd: boolean): Step {
  if (isEnd) return { kind: 'pass', end: cursor.at, inside: { kind: 'prose' } };
  return { kind: 'pass', end: cursor.at + 1 };
}

/** Passes a fence without calls, a code span within a line, or single backticks. */
function decideTicks(cursor: Cursor): Step {
  const fence = readFence({ cursor, tools: noTools, stops: [], isMarked: false });
  if (fence?.kind === 'other') {
    const inside: Inside = isResultLanguage(fence.language)
      ? { kind: 'result' }
      : { kind: 'fence', ticks: fence.ticks };
    return { kind: 'pass', end: cursor.at, inside };
  }
  const ticks = cursor.takeWhile((character) => character === '`');
  const afterTicks = cursor.at;
  return { kind: 'pass', end: skipCodeSpan(cursor, ticks) ? cursor.at : afterTicks };
}

const noTools: CallableNames = { count: 0, find: () => undefined, mayBeginWith: () => false };

function skipCodeSpan(cursor: Cursor, ticks: string): boolean {
  for (;;) {
    cursor.takeWhile((character) => character !== '`' && !isLineBreak(character));
    const found = cursor.takeWhile((character) => character === '`');
    if (found === ticks) return true;
    if (found === '') return false;
  }
}
