/**
 * A place in a text that is read forwards, and that remembers whether a decision ever looked past the last character.
 *
 * That memory is what lets one set of readers serve a whole text and a stream: a reader that never looked past the end
 * would have decided the same whatever follows.
 */
export class Cursor {
  readonly text: string;
  /** Index of the next character. */
  at: number;
  /** Whether more text could have changed what was read. */
  sawEnd = false;
  /** The furthest index that was looked at: what reading has cost. */
  furthest: number;

  constructor(text: string, at = 0) {
    this.text = text;
    this.at = at;
    this.furthest = at;
  }

  /** The character `ahead` of the next one, or `''` past the end. */
  peek(ahead = 0): string {
    const index = this.at + ahead;
    if (index > this.furthest) this.furthest = index;
    const character = this.text[index];
    if (character !== undefined) return character;
    this.sawEnd = true;
    return '';
  }

  /** Whether the text has no more characters. */
  isAtEnd(): boolean {
    return this.peek() === '';
  }

  /** Whether `literal` stands here. */
  isAt(literal: string): boolean {
    if (this.text.startsWith(literal, this.at)) return true;
    const left = this.text.length - this.at;
    if (left < literal.length && literal.startsWith(this.text.slice(this.at))) this.sawEnd = true;
    return false;
  }

  /** Whether one of `literals` stands here. */
  isAtAny(literals: readonly string[]): boolean {
    return literals.some((literal) => this.isAt(literal));
  }

  /** Steps over `literal` if it stands here, and says whether it did. */
  skip(literal: string): boolean {
    if (!this.isAt(literal)) return false;
    this.at += literal.length;
    return true;
  }

  /** Steps over the first of `literals` that stands here, and gives it. */
  skipAny(literals: readonly string[]): string | undefined {
    return literals.find((literal) => this.skip(literal));
  }

  /** Takes characters while `belongs` says so, at most `most`. */
  takeWhile(belongs: (character: string) => boolean, most = Number.POSITIVE_INFINITY): string {
    const start = this.at;
    while (this.at - start < most) {
      const character = this.peek();
      if (character === '' || !belongs(character)) break;
      this.at += 1;
    }
    return this.text.slice(start, this.at);
  }

  /** Takes everything before `literal` and steps over both; `undefined` and no step where it never comes. */
  takeUntil(literal: string): string | undefined {
    const found = this.text.indexOf(literal, this.at);
    if (found < 0) {
      this.sawEnd = true;
      this.furthest = this.text.length;
      return undefined;
    }
    this.furthest = Math.max(this.furthest, found);
    const taken = this.text.slice(this.at, found);
    this.at = found + literal.length;
    return taken;
  }

  /** Steps over spaces and tabs. */
  skipBlanks(): void {
    this.takeWhile(isBlank);
  }

  /** Steps over white space of every kind, line breaks too. */
  skipSpace(): void {
    this.takeWhile(isSpace);
  }

  /** Reads with `read`; where that gives `undefined`, steps back to where it began. */
  attempt<Result>(read: () => Result | undefined): Result | undefined {
    const start = this.at;
    const result = read();
    if (result === undefined) this.at = start;
    return result;
  }

  /** Looks ahead with `read` and steps back. */
  lookAhead<Result>(read: () => Result): Result {
    const start = this.at;
    const result = read();
    this.at = start;
    return result;
  }

  /** What is thrown where the text cannot be read on: `cut` where that is because it ends here. */
  unreadable(problem: string): Unreadable {
    return this.isAtEnd()
      ? new Unreadable('The text ends before the call does.', true)
      : new Unreadable(problem, false);
  }
}

/** Why a call cannot be read. Thrown and caught within salvage, never outside. */
export class Unreadable extends Error {
  /** Whether it is because the text ends. */
  readonly cut: boolean;

  constructor(problem: string, cut: boolean) {
    super(problem);
    this.cut = cut;
  }
}

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
