import { type Cursor, isBlank, isLineBreak } from './cursor.ts';

/**
 * Steps from an opening bracket behind the one of its kind that closes it, whatever stands between; quoted brackets do
 * not count.
 * Where none closes it, steps to the first of `stops`, to an empty line or to the end, and gives `false`.
 */
export function skipBrackets(cursor: Cursor, stops: readonly string[]): boolean {
  const open = cursor.peek();
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops) && !isAtEmptyLine(cursor)) {
    const character = cursor.peek();
    if (character === '"' || character === "'") {
      skipQuoted(cursor, character);
      continue;
    }
    cursor.at += 1;
    if (character === open) depth += 1;
    else if (character === close) depth -= 1;
    if (depth <= 0) return true;
  }
  return false;
}

/** Steps over a quoted text; over its quote only, where the same line holds no second one. */
function skipQuoted(cursor: Cursor, quote: string): void {
  cursor.at += 1;
  const behindQuote = cursor.at;
  for (;;) {
    cursor.takeWhile(
      (character) => character !== quote && character !== '\\' && !isLineBreak(character),
    );
    const character = cursor.peek();
    if (character === quote) {
      cursor.at += 1;
      return;
    }
    if (character !== '\\') {
      cursor.at = behindQuote;
      return;
    }
    cursor.at += cursor.peek(1) === '' ? 1 : 2;
  }
}

function isAtEmptyLine(cursor: Cursor): boolean {
  if (!isLineBreak(cursor.peek())) return false;
  return cursor.lookAhead(() => {
    cursor.skip('\r');
    cursor.skip('\n');
    cursor.takeWhile(isBlank);
    return isLineBreak(cursor.peek());
  });
}
