import { type Cursor, isBlank, isLineBreak } from './cursor.ts';

/**
 * Moves from an opening bracket to after the bracket of the same kind that closes it. Brackets in quotes do not count.
 * If no bracket closes it, moves to the first of `stops`, an empty line or the end, and returns `false`.
 */
export function skipBrackets(cursor: Cursor, stops: readonly string[]): boolean {
  const open = cursor.peek();
  const close = open === '(' ? ')' : '}';
  let depth = 0;
  const unpaired = new Map<string, number>();
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops) && !isAtEmptyLine(cursor)) {
    const character = cursor.peek();
    if (character === '"' || character === "'") {
      skipQuoted(cursor, character, unpaired);
      continue;
    }
    cursor.at += 1;
    if (character === open) depth += 1;
    else if (character === close) depth -= 1;
    if (depth <= 0) return true;
  }
  return false;
}

/**
 * Skips a quoted text; if its line has no second quote, skips only the first. `unpaired` remembers the end of such a line
 * for each kind of quote, so that the line is searched once and not once for each quote in it.
 */
function skipQuoted(cursor: Cursor, quote: string, unpaired: Map<string, number>): void {
  cursor.at += 1;
  const afterQuote = cursor.at;
  if (afterQuote <= (unpaired.get(quote) ?? -1)) return;
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
      unpaired.set(quote, cursor.at);
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
