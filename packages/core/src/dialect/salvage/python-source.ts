import { type Cursor, isLineBreak, isSpace } from './cursor.ts';

/** A text that is read as Python, and how. */
export interface PythonSource {
  readonly cursor: Cursor;
  /**
   * `false`: as Python reads it, the first matching quote closes a string. `true`: a quote closes a string only where
   * what follows fits, so that `q='Martha's'` can be read. Tried only where Python's own way fails.
   */
  readonly hasRawQuotes: boolean;
  /** Collects what had to be mended. */
  readonly repairs: Set<string>;
}

/** Steps over white space, line breaks, line continuations and comments. */
export function skipTrivia(cursor: Cursor): void {
  for (;;) {
    cursor.skipSpace();
    if (cursor.peek() === '#') cursor.takeWhile((character) => !isLineBreak(character));
    else if (cursor.isAt('\\\n')) cursor.at += 2;
    else return;
  }
}

const notInNames = new Set('()[]{}"\'`,;=<>#\\|:');

/** Whether a character may stand in the name of a tool or a parameter as models write them, such as `srv.get-it`. */
export function isNameCharacter(character: string): boolean {
  return !isSpace(character) && !notInNames.has(character);
}

const longestName = 256;

/** Takes a name such as `get_weather`, `srv.tool`, `x-y`; `''` where none stands here. */
export function takeName(cursor: Cursor): string {
  return cursor.takeWhile(isNameCharacter, longestName);
}

/** Takes `name=` of an argument, or steps nowhere. */
export function takeArgumentName(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const name = takeName(cursor);
    if (!/^[\p{L}\p{Nl}_$]/u.test(name)) return undefined;
    skipTrivia(cursor);
    if (cursor.peek() !== '=' || cursor.peek(1) === '=') return undefined;
    cursor.at += 1;
    return name;
  });
}
