import { type CallGroup, mayPrecedeBareCall, readCallGroup } from './call-group.ts';
import type { CallableNames } from './callable-name.ts';
import { Cursor, isBlank, isLineBreak } from './cursor.ts';
import { readFence, skipFenceEnd } from './fenced-calls.ts';
import { readResponse } from './json-call.ts';
import { isAtJsonData, JsonData } from './json-data.ts';
import { isAtInventedResult, isResultLanguage, skipThoughtMark } from './set-aside.ts';

/** What a walk came to. */
export type Passage =
  | { readonly kind: 'calls'; readonly start: number; readonly group: CallGroup }
  /** What stands from `start` on depends on what follows. */
  | { readonly kind: 'undecided'; readonly start: number }
  | { readonly kind: 'end' };

/** How a text is walked. */
export interface WalkOptions {
  /** Whether the text ends where it ends; else more of it may come. */
  readonly isWhole: boolean;
}

/**
 * Goes through a text, passing prose, and stops at calls. It is the one place that says where calls may begin, for a
 * whole text and for a stream; it remembers what it must of the passed text, so that a stream may forget that.
 */
export class TextWalk {
  readonly #tools: CallableNames;
  /** Last character before, on its line, blanks aside; `''` at the start of a line. */
  #before = '';
  #inside: Inside = { kind: 'prose' };
  #hasPassedText = false;
  #passed = 0;
  #work = 0;

  constructor(tools: CallableNames) {
    this.#tools = tools;
  }

  /** Walks on in `text` from `start`, which must be where the last walk ended. */
  walk(text: string, start: number, options: WalkOptions): Passage {
    let at = start;
    while (at < text.length) {
      const character = text.charAt(at);
      // Most characters of most texts go this way, without an object for each of them.
      if (!this.#mayTurn(character)) {
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

  /** Goes on behind calls, at `end`. */
  passCalls(text: string, start: number, end: number): void {
    this.#passTo(text, start, { end });
  }

  #look(text: string, at: number, { isWhole }: WalkOptions): Step {
    if (this.#isOverworked(text.length - at)) {
      return isWhole ? { kind: 'pass', end: text.length } : { kind: 'undecided' };
    }
    const cursor = new Cursor(text, at);
    const step = this.#decide(cursor);
    this.#work += cursor.furthest - at;
    return cursor.sawEnd && !isWhole ? { kind: 'undecided' } : step;
  }

  /** Whether something other than more of the same may begin with this character. */
  #mayTurn(character: string): boolean {
    if (this.#inside.kind === 'fence') return character === '`' && this.#before === '';
    if (this.#inside.kind === 'thought') return character === this.#inside.end.charAt(0);
    if (this.#inside.kind !== 'prose') return false;
    if ('[{<`'.includes(character)) return true;
    if (!mayPrecedeBareCall(this.#before)) return false;
    return character === 'c' || character === 'p' || this.#tools.mayBeginWith(character);
  }

  /** Text made to be read again and again, such as a thousand calls each inside the text of the one before, stays prose. */
  #isOverworked(left: number): boolean {
    return this.#work > mostWork.atLeast + mostWork.perCharacter * (this.#passed + left);
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

  /** What stands here is no call; decides up to where nothing can be one. */
  #decideProse(cursor: Cursor): Step {
    const { at } = cursor;
    if (isAtInventedResult(cursor))
      return { kind: 'pass', end: at + 1, inside: { kind: 'result' } };
    const thoughtEnd = skipThoughtMark(cursor);
    if (thoughtEnd !== undefined) {
      return { kind: 'pass', end: cursor.at, inside: { kind: 'thought', end: thoughtEnd } };
    }
    if (cursor.peek() === '`') return decideTicks(cursor);
    // An answer in the generic format of llama.cpp is no prose to be shown as it is.
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

/** What the passed text has opened. */
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

/** Characters that may be looked at, all readings of a place counted, before the rest of a text is taken for prose. */
const mostWork = { atLeast: 10_000, perCharacter: 64 };

/** A fence or a thought goes on, one character, unless its end was stepped over. */
function endedBy(cursor: Cursor, isEnd: boolean): Step {
  if (isEnd) return { kind: 'pass', end: cursor.at, inside: { kind: 'prose' } };
  return { kind: 'pass', end: cursor.at + 1 };
}

/** A fence with something else than calls, a code span within a line, or just backticks. */
function decideTicks(cursor: Cursor): Step {
  const fence = readFence({ cursor, tools: noTools, stops: [], isMarked: false });
  if (fence?.kind === 'other') {
    const inside: Inside = isResultLanguage(fence.language)
      ? { kind: 'result' }
      : { kind: 'fence', ticks: fence.ticks };
    return { kind: 'pass', end: cursor.at, inside };
  }
  const ticks = cursor.takeWhile((character) => character === '`');
  const behindTicks = cursor.at;
  return { kind: 'pass', end: skipCodeSpan(cursor, ticks) ? cursor.at : behindTicks };
}

const noTools: CallableNames = { find: () => undefined, mayBeginWith: () => false };

function skipCodeSpan(cursor: Cursor, ticks: string): boolean {
  for (;;) {
    cursor.takeWhile((character) => character !== '`' && !isLineBreak(character));
    const found = cursor.takeWhile((character) => character === '`');
    if (found === ticks) return true;
    if (found === '') return false;
  }
}
