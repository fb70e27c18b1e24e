import { type Cursor, isLineBreak, isSpace } from './cursor.ts';

/** A text that is read as Python, and the rules for it. */
export interface PythonSource {
  readonly cursor: Cursor;
  /**
   * `false`: the first matching quote closes a string, as in Python. `true`: a quote closes a string only if the next
   * characters fit, so that `q='Martha's'` can be read. Used only if the rules of Python fail.
   */
  readonly hasRawQuotes: boolean;
  /** Collects the repairs. */
  readonly repairs: Set<string>;
  /** Collects the numbers that JavaScript cannot hold exactly; they are read as strings of their digits. */
  readonly largeNumbers: Set<string>;
}

/** A text that is read as Python. */
export function pythonSource(
  cursor: Cursor,
  { hasRawQuotes }: Pick<PythonSource, 'hasRawQuotes'>,
): PythonSource {
  return { cursor, hasRawQuotes, repairs: new Set(), largeNumbers: new Set() };
}

/** Skips white space, line breaks, line continuations and comments. */
export function skipTrivia(cursor: Cursor): void {
  for (;;) {
    cursor.skipSpace();
    if (cursor.peek() === '#') cursor.takeWhile((character) => !isLineBreak(character));
    else if (cursor.isAt('\\\n')) cursor.at += 2;
    else return;
  }
}

const notInNames = new Set('()[]{}"\'`,;=<>#\\|:◁▷');

/** Whether models write this character in names of tools and parameters, such as `srv.get-it`. */
export function isNameCharacter(character: string): boolean {
  return !isSpace(character) && !notInNames.has(character);
}

const longestName = 256;

/** Reads a name such as `get_weather`, `srv.tool`, `x-y`; `''` if no name begins here. */
export function takeName(cursor: Cursor): string {
  return cursor.takeWhile(isNameCharacter, longestName);
}

/** Reads `name=` of an argument and returns the name. Returns `undefined` and does not move if there is none. */
export function takeArgumentName(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const name = takeName(cursor);
    if (!isArgumentName(name)) return undefined;
    skipTrivia(cursor);
    if (cursor.peek() !== '=' || cursor.peek(1) === '=') return undefined;
    cursor.at += 1;
    return name;
  });
}

/**
 * Reads `name:` or `"name":` of an argument, as in a signature or in JSON. Returns `undefined` and does not move if there is
 * none.
 */
export function takeNameWithColon(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    const quote = cursor.skipAny(['"', "'"]) ?? '';
    const name = takeName(cursor);
    if (!isArgumentName(name) || !cursor.skip(quote)) return undefined;
    cursor.skipBlanks();
    return cursor.skip(':') ? name : undefined;
  });
}

function isArgumentName(name: string): boolean {
  return /^[\p{XID_Start}\p{L}_$]/u.test(name);
}
