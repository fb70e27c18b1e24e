import { codeRanges, type Range } from './code-ranges.ts';

/** Options of {@link splitThoughts}. */
export interface SplitOptions {
  /** Whether the text is complete; else more may follow. */
  readonly isWhole: boolean;
  readonly findCalls: FindCalls;
}

/** Finds the calls in a text: a tag inside one is part of an argument. */
export type FindCalls = (text: string, options: { readonly isWhole: boolean }) => readonly Range[];

/** Whether the tag at an index is quoted, so that it is part of a text about tags. Ask in the order of the text. */
export type IsQuoted = (index: number, tag: string) => boolean;

/** Makes the check for one text. The text is analysed when the check is used for the first time. */
export function createQuoteCheck(text: string, { isWhole, findCalls }: SplitOptions): IsQuoted {
  let isInRange: ((index: number) => boolean) | undefined;
  const strings = new LeadingStrings(text);
  return (index, tag) => {
    if (isBetweenQuotes(text, index, tag) || strings.contains(index)) return true;
    isInRange ??= rangeCheck([...codeRanges(text, { isWhole }), ...findCalls(text, { isWhole })]);
    return isInRange(index);
  };
}

const quotes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['“', '”'],
  ['‘', '’'],
  ['«', '»'],
]);

function isBetweenQuotes(text: string, index: number, tag: string): boolean {
  const closing = quotes.get(text.charAt(index - 1));
  return closing !== undefined && text.charAt(index + tag.length) === closing;
}

/** Whether an index is in one of the ranges; asked for growing indices. */
function rangeCheck(ranges: readonly Range[]): (index: number) => boolean {
  const sorted = [...ranges].sort((one, other) => one.start - other.start);
  let next = 0;
  let end = 0;
  return (index) => {
    while ((sorted[next]?.start ?? Number.POSITIVE_INFINITY) <= index) {
      end = Math.max(end, sorted[next]?.end ?? 0);
      next += 1;
    }
    return index < end;
  };
}

/** Follows the strings of the JSON value or the list of calls with which a text begins. */
class LeadingStrings {
  readonly #text: string;
  #at: number;
  #depth = 0;
  #quote = '';
  #before = '';
  #isOver: boolean;

  constructor(text: string) {
    this.#text = text;
    this.#at = /\S/.exec(text)?.index ?? text.length;
    this.#isOver = !/[{[]/.test(text.charAt(this.#at));
  }

  /** Whether an index is inside a string; asked for growing indices. */
  contains(index: number): boolean {
    while (!this.#isOver && this.#at < index) this.#take(this.#text.charAt(this.#at));
    return !this.#isOver && this.#quote !== '';
  }

  #take(character: string): void {
    this.#at += 1;
    if (this.#quote !== '') {
      if (character === '\\') this.#at += 1;
      else if (character === this.#quote) this.#quote = '';
      // A string of JSON has no line break, so this quote never opened one.
      else if (character === '\n') this.#isOver = true;
      return;
    }
    if (this.#opensString(character)) this.#quote = character;
    else if ('{[('.includes(character)) this.#depth += 1;
    else if (')]}'.includes(character)) this.#depth -= 1;
    this.#isOver = this.#depth <= 0;
    if (character.trim() !== '') this.#before = character;
  }

  /** `'` opens a string only in a place where a value or a key may begin; else it is an apostrophe. */
  #opensString(character: string): boolean {
    return character === '"' || (character === "'" && '{[(,:='.includes(this.#before));
  }
}
