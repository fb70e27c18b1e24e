import { type Cursor, isLineBreak } from './cursor.ts';

/** Whether JSON data begins here: `{` and a key in quotes, or `[` and such an object. */
export function isAtJsonData(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (cursor.skip('[')) cursor.skipSpace();
    if (!cursor.skip('{')) return false;
    cursor.skipSpace();
    return cursor.peek() === '"' || cursor.peek() === "'";
  });
}

/** Follows JSON data that is not a call, character by character, so that no part of it is read as a call. */
export class JsonData {
  #depth = 0;
  #quote = '';
  #isEscaped = false;
  #lineIsEmpty = false;

  /** Takes the next character and returns whether the data continues after it. An empty line always ends it. */
  take(character: string): boolean {
    if (isLineBreak(character)) return this.#breakLine();
    if (character.trim() !== '') this.#lineIsEmpty = false;
    if (this.#quote !== '') this.#takeQuoted(character);
    else if (character === '"') this.#quote = character;
    else if (character === '{' || character === '[') this.#depth += 1;
    else if (character === '}' || character === ']') this.#depth -= 1;
    return this.#depth > 0;
  }

  #takeQuoted(character: string): void {
    if (this.#isEscaped) this.#isEscaped = false;
    else if (character === '\\') this.#isEscaped = true;
    else if (character === this.#quote) this.#quote = '';
  }

  #breakLine(): boolean {
    const isEmptyLine = this.#lineIsEmpty;
    this.#lineIsEmpty = true;
    this.#quote = '';
    this.#isEscaped = false;
    return !isEmptyLine;
  }
}
