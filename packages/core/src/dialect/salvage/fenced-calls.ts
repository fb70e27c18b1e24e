import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak, isSpace } from './cursor.ts';
import { withRepair } from './found-call.ts';
import { readMarkedCalls } from './marked-calls.ts';
import { readStatements, type Statement, skipSeparators } from './statement.ts';

/** A code fence: with only calls in it, or with other content, which is prose up to the end of the fence. */
export type Fence =
  | { readonly kind: 'calls'; readonly statement: Statement }
  | { readonly kind: 'other'; readonly ticks: number; readonly language: string };

/**
 * Reads a code fence. It holds calls if models use its language for calls and it contains only calls: a `def`, an
 * assignment or a loop makes it code to be shown. A missing end of the fence is repaired. After a fence of kind `other`
 * the cursor is after the language. Returns `undefined` and does not move if no fence begins here.
 */
export function readFence(place: CallPlace): Fence | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const ticks = cursor.takeWhile((character) => character === '`');
    if (ticks.length < 3) return undefined;
    const language = takeLanguage(place);
    const afterLanguage = cursor.at;
    const statement = callLanguages.has(language.toLowerCase())
      ? readFencedCalls({ ...place, stops: [ticks], isMarked: true }, language)
      : undefined;
    if (statement !== undefined) return { kind: 'calls', statement };
    cursor.at = afterLanguage;
    return { kind: 'other', ticks: ticks.length, language };
  });
}

const callLanguages = new Set([
  '',
  'tool_code',
  'tool_call',
  'tool_calls',
  'function_call',
  'tool',
  'python',
  'py',
  'json',
  'plaintext',
  'text',
  'xml',
]);

/** The language after the backticks; `''` if a call follows at once, as in ```` ```f(a=1)``` ````. */
function takeLanguage({ cursor }: CallPlace): string {
  const language = cursor.attempt(() => {
    const word = cursor.takeWhile((character) => /[\w+#.-]/.test(character), 64);
    const next = cursor.peek();
    return next === '' || isSpace(next) ? word : undefined;
  });
  return language ?? '';
}

function readFencedCalls(place: CallPlace, language: string): Statement | undefined {
  const { cursor, stops } = place;
  const calls = [];
  for (;;) {
    skipSeparators(cursor);
    const next = readMarkedCalls(place) ?? readStatements(place);
    if (next === undefined) break;
    for (const call of next.calls) calls.push(call);
  }
  const isClosed = cursor.isAtAny(stops);
  if (calls.length === 0 || (!isClosed && !cursor.isAtEnd())) return undefined;
  if (isClosed) cursor.takeWhile((character) => character === '`');
  const repaired = withRepair(calls, isClosed ? undefined : 'missing end of the fence');
  return { calls: repaired, form: `\`\`\`${language}` };
}

/** Whether a fence of `ticks` backticks ends with the line that begins here; skips the end if so. */
export function skipFenceEnd(cursor: Cursor, ticks: number): boolean {
  const ended = cursor.attempt(() => {
    if (cursor.takeWhile((character) => character === '`').length < ticks) return undefined;
    cursor.skipBlanks();
    return cursor.isAtEnd() || isLineBreak(cursor.peek()) ? true : undefined;
  });
  return ended === true;
}
