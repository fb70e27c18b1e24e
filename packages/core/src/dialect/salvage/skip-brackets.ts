import { type Cursor, isBlank, isLineBreak } from './cursor.ts';

/**
 * Moves from an opening bracket to after the bracket of the same kind that closes it. Brackets in quotes do not count.
 * If no bracket closes it, moves to the first of `stops`, an empty line or the end, and returns `false`.
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

/** Skips a quoted text; if its line has no second quote, skips only the first. */
function skipQuoted(cursor: Cursor, quote: string): void {
  cursor.at += 1;
  const afterQuote = cursor.at;
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
      cursor.at = afterQuote;
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
