import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak, isSpace } from './cursor.ts';
import { withRepair } from './found-call.ts';
import { readMarkedCalls } from './marked-calls.ts';
import { readStatements, type Statement, skipSeparators } from './statement.ts';

/** A fence: with nothing but calls in it, or with something else, which is prose up to the end of the fence. */
export type Fence =
  | { readonly kind: 'calls'; readonly statement: Statement }
  | { readonly kind: 'other'; readonly ticks: number; readonly language: string };

/**
 * Reads a code fence. It holds calls if its language is one that models fence calls with and nothing else stands in it:
 * a `def`, an assignment or a loop makes it code to be shown. A missing end of the fence is mended. Behind a fence of
 * kind `other` the cursor stands after the opening line's language. `undefined`, and no step, where no fence begins.
 */
export function readFence(place: CallPlace): Fence | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const ticks = cursor.takeWhile((character) => character === '`');
    if (ticks.length < 3) return undefined;
    const language = takeLanguage(place);
    const behindLanguage = cursor.at;
    const statement = callLanguages.has(language.toLowerCase())
      ? readFencedCalls({ ...place, stops: [ticks], isMarked: true }, language)
      : undefined;
    if (statement !== undefined) return { kind: 'calls', statement };
    cursor.at = behindLanguage;
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

/** The language behind the ticks; none where a call stands right there, as in ```` ```f(a=1)``` ````. */
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
  const mended = withRepair(calls, isClosed ? undefined : 'missing end of the fence');
  return { calls: mended, form: `\`\`\`${language}` };
}

/** Whether a fence that began with so many ticks ends with the line that begins here; steps over it if so. */
export function skipFenceEnd(cursor: Cursor, ticks: number): boolean {
  const ended = cursor.attempt(() => {
    if (cursor.takeWhile((character) => character === '`').length < ticks) return undefined;
    cursor.skipBlanks();
    return cursor.isAtEnd() || isLineBreak(cursor.peek()) ? true : undefined;
  });
  return ended === true;
}
