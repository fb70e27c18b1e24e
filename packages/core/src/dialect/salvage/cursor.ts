/**
 * A position in a text that is read forwards. It records whether any reader looked past the last character.
 *
 * This makes the same readers usable for a whole text and for a stream: if a reader never looked past the end, its
 * decision does not depend on the text that follows.
 */
export class Cursor {
  readonly text: string;
  /** Index of the next character. */
  at: number;
  /** Whether more text could have changed the result. */
  sawEnd = false;
  /** The number of characters that were read, counting repeated reads. */
  work = 0;
  readonly #maxWork: number;

  /** After `maxWork` characters every reader throws {@link TooMuchWork}. */
  constructor(text: string, at = 0, { maxWork = Number.POSITIVE_INFINITY } = {}) {
    this.text = text;
    this.at = at;
    this.#maxWork = maxWork;
  }

  /** The character `ahead` positions after the next one, or `''` past the end. */
  peek(ahead = 0): string {
    this.#spend(1);
    const character = this.text[this.at + ahead];
    if (character !== undefined) return character;
    this.sawEnd = true;
    return '';
  }

  /** Whether the text has no more characters. */
  isAtEnd(): boolean {
    return this.peek() === '';
  }

  /** Whether the text continues with `literal`. */
  isAt(literal: string): boolean {
    if (this.text.startsWith(literal, this.at)) return true;
    const left = this.text.length - this.at;
    if (left < literal.length && literal.startsWith(this.text.slice(this.at))) this.sawEnd = true;
    return false;
  }

  /** Whether the text continues with one of `literals`. */
  isAtAny(literals: readonly string[]): boolean {
    return literals.some((literal) => this.isAt(literal));
  }

  /** Skips `literal` if the text continues with it; returns whether it did. */
  skip(literal: string): boolean {
    if (!this.isAt(literal)) return false;
    this.at += literal.length;
    return true;
  }

  /** Skips the first of `literals` with which the text continues, and returns it. */
  skipAny(literals: readonly string[]): string | undefined {
    return literals.find((literal) => this.skip(literal));
  }

  /** Reads characters while `belongs` returns true, at most `most`. */
  takeWhile(belongs: (character: string) => boolean, most = Number.POSITIVE_INFINITY): string {
    const start = this.at;
    const end = Math.min(this.text.length, start + most);
    let at = start;
    while (at < end && belongs(this.text.charAt(at))) at += 1;
    this.#moveTo(at, { most });
    return this.text.slice(start, at);
  }

  /** Skips everything before the next `quote` or backslash; faster than {@link takeWhile}. */
  skipToQuote(quote: string): void {
    const code = quote.charCodeAt(0);
    let at = this.at;
    while (at < this.text.length) {
      const next = this.text.charCodeAt(at);
      if (next === code || next === backslash) break;
      at += 1;
    }
    this.#moveTo(at);
  }

  /** Reads everything before `literal` and skips `literal`. Returns `undefined` and does not move if it never comes. */
  takeUntil(literal: string): string | undefined {
    const found = this.text.indexOf(literal, this.at);
    this.#spend((found < 0 ? this.text.length : found) - this.at);
    if (found < 0) {
      this.sawEnd = true;
      return undefined;
    }
    const taken = this.text.slice(this.at, found);
    this.at = found + literal.length;
    return taken;
  }

  /** Skips spaces and tabs. */
  skipBlanks(): void {
    this.takeWhile(isBlank);
  }

  /** Skips white space of every kind, including line breaks. */
  skipSpace(): void {
    const next = this.text.charCodeAt(this.at);
    // Mostly there is none. `NaN`, at the end of the text, is not above anything.
    if (next > space && next !== nonBreakingSpace) this.#spend(1);
    else this.takeWhile(isSpace);
  }

  /** Calls `read`; if it returns `undefined`, moves back to the start. */
  attempt<Result>(read: () => Result | undefined): Result | undefined {
    const start = this.at;
    const result = read();
    if (result === undefined) this.at = start;
    return result;
  }

  /** Calls `read` and moves back to the start. */
  lookAhead<Result>(read: () => Result): Result {
    const start = this.at;
    const result = read();
    this.at = start;
    return result;
  }

  #moveTo(at: number, { most = Number.POSITIVE_INFINITY } = {}): void {
    const taken = at - this.at;
    this.at = at;
    if (at === this.text.length && taken < most) this.sawEnd = true;
    this.#spend(taken + 1);
  }

  #spend(characters: number): void {
    this.work += characters;
    if (this.work > this.#maxWork) throw new TooMuchWork();
  }

  /** Creates the error for text that cannot be parsed; it is `cut` if the text ends here. */
  unreadable(problem: string): Unreadable {
    return this.isAtEnd()
      ? new Unreadable('The text ends before the call does.', true)
      : new Unreadable(problem, false);
  }
}

const space = 0x20;
const nonBreakingSpace = 0xa0;
const backslash = 0x5c;

/** Why a call cannot be parsed. Thrown and caught inside salvage only; not an Error, which would record a stack each time. */
export class Unreadable {
  readonly message: string;
  /** Whether the reason is that the text ends. */
  readonly cut: boolean;

  constructor(problem: string, cut: boolean) {
    this.message = problem;
    this.cut = cut;
  }
}

/** Ends the work on a text that would be read too often. Thrown and caught inside salvage only. */
export class TooMuchWork {}

/** A space or a tab. */
export function isBlank(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\u00a0';
}

/** White space or a line break. */
export function isSpace(character: string): boolean {
  return isBlank(character) || isLineBreak(character) || character === '\f' || character === '\v';
}

/** A line feed or a carriage return. */
export function isLineBreak(character: string): boolean {
  return character === '\n' || character === '\r';
}
