import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak } from './cursor.ts';
import type { FoundCall } from './found-call.ts';
import { readJsonArguments } from './json-call.ts';
import { takeName } from './python-source.ts';
import { skipFenceStart } from './token-call.ts';

/**
 * Reads `Action: f` and, on the next line, `Action Input: {…}`, as prompts of the ReAct form ask for it; also in bold, with the name
 * in quotes and with fenced JSON. The tool must be active. Returns `undefined` and does not move if no such call begins here.
 */
export function readReactCall(place: CallPlace): FoundCall | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const spelling = readAction(place);
    if (spelling === undefined || !skipLabel(cursor, inputLabels)) return undefined;
    cursor.skipSpace();
    const isFenced = skipFenceStart(cursor);
    if (cursor.peek() !== '{') return undefined;
    const found = readJsonArguments(place, spelling, start);
    if (isFenced) skipFenceEnd(cursor);
    return found;
  });
}

/** Reads the line `Action: f` if the tool is active. */
function readAction({ cursor, tools }: CallPlace): string | undefined {
  if (!skipLabel(cursor, actionLabels)) return undefined;
  const quote = cursor.skipAny(quotes) ?? '';
  const spelling = takeName(cursor);
  if (tools.find(spelling) === undefined || !cursor.skip(quote)) return undefined;
  cursor.skip('()');
  cursor.skipBlanks();
  if (!isLineBreak(cursor.peek())) return undefined;
  cursor.skipSpace();
  return spelling;
}

const actionLabels = ['Action', 'action', 'ACTION'];
const inputLabels = ['Input', 'input', 'INPUT'].flatMap((word) =>
  actionLabels.flatMap((action) => [`${action} ${word}`, `${action}_${word}`]),
);
const quotes = ['`', '"', "'"];

/** Skips `Action:`, `**Action:**` or `**Action**:`. */
function skipLabel(cursor: Cursor, labels: readonly string[]): boolean {
  const skipBold = () => cursor.takeWhile((character) => character === '*', 2);
  skipBold();
  if (cursor.skipAny(labels) === undefined) return false;
  skipBold();
  if (!cursor.skip(':')) return false;
  skipBold();
  cursor.skipBlanks();
  return true;
}

function skipFenceEnd(cursor: Cursor): void {
  cursor.attempt(() => {
    cursor.skipSpace();
    return cursor.skip('```') ? true : undefined;
  });
}
