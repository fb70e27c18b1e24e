import type { Cursor } from './cursor.ts';
import { deepestNesting } from './python-literal.ts';

/** Whether the end of a JSON value was found, or why not. */
export type JsonEnd = 'closed' | 'unclosed' | 'too-deep';

/**
 * Moves from `{` or `[` to after the bracket that closes it. Returns `unclosed` if one of `stops` or the end of the text
 * comes first. With `hasRawQuotes` a quote closes a string only if the next character fits.
 */
export function skipJson(
  cursor: Cursor,
  stops: readonly string[],
  { hasRawQuotes }: { readonly hasRawQuotes: boolean },
): JsonEnd {
  let depth = 0;
  let before = '';
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops)) {
    const character = cursor.peek();
    if (opensString(character, before)) skipString(cursor, hasRawQuotes);
    else cursor.at += 1;
    if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') depth -= 1;
    if (depth === 0) return 'closed';
    if (depth > deepestNesting) return 'too-deep';
    if (character.trim() !== '') before = character;
  }
  return 'unclosed';
}

/** `'` opens a string only in a place where a value or a key may begin; else it is an apostrophe. */
function opensString(character: string, before: string): boolean {
  return character === '"' || (character === "'" && '{[,:'.includes(before));
}

function skipString(cursor: Cursor, hasRawQuotes: boolean): void {
  const quote = cursor.peek();
  cursor.at += 1;
  for (;;) {
    cursor.skipToQuote(quote);
    const character = cursor.peek();
    if (character === '') return;
    cursor.at += character === '\\' && cursor.peek(1) !== '' ? 2 : 1;
    if (character === quote && (!hasRawQuotes || fitsAfterString(cursor))) return;
  }
}

function fitsAfterString(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    cursor.skipSpace();
    const character = cursor.peek();
    return character === '' || ',:}]'.includes(character);
  });
}
