import type { CallPlace } from './call-place.ts';
import type { CallableNames } from './callable-name.ts';
import { type Cursor, isLineBreak } from './cursor.ts';
import { readFamilyCalls } from './family-calls.ts';
import { readFence } from './fenced-calls.ts';
import type { FoundCall } from './found-call.ts';
import { readMarkedCalls, skipLeftovers } from './marked-calls.ts';
import { isAtInventedResult } from './skipped-blocks.ts';
import { readAngled, readBare, readBracketed, type Statement } from './statement.ts';

/** Neighbouring calls, with only white space, commas and semicolons between them. */
export interface CallGroup {
  readonly calls: readonly FoundCall[];
  readonly form: string;
  /** Index after the last call and its end tag. */
  readonly end: number;
  /** Whether the calls count: they are alone and one of them is active. Else they are prose up to `end`. */
  readonly isCalls: boolean;
}

/**
 * Reads the calls that begin at the cursor, up to the last one that is alone (tagged, or the last thing on its line).
 * `before` is the last non-blank character before them on their line; `''` at the start of a line. Returns `undefined` if
 * no call begins here.
 */
export function readCallGroup(
  cursor: Cursor,
  tools: CallableNames,
  before: string,
): CallGroup | undefined {
  const units = readUnits(cursor, tools, before);
  if (units.length === 0) return undefined;
  const alone = units.slice(0, units.findLastIndex(({ isAlone }) => isAlone) + 1);
  const kept = alone.length > 0 ? alone : units;
  const [first] = kept;
  // Most groups are one call in prose, and reading them must be quick.
  const calls =
    kept.length === 1 && first !== undefined ? first.calls : kept.flatMap((unit) => unit.calls);
  return {
    calls,
    form: first?.form ?? '',
    end: kept.at(-1)?.end ?? cursor.at,
    isCalls: alone.length > 0 && calls.some(({ isActive }) => isActive),
  };
}

/** Whether a list or an object after this character can be calls; after `=` or an open bracket it is code or data. */
function mayPrecedeBracket(before: string): boolean {
  return before === '' || !'=([{"\'`+'.includes(before);
}

/** Whether a call without brackets can begin after this character. */
export function mayPrecedeBareCall(before: string): boolean {
  return before === '' || before === ':' || before === '：';
}

/** Whether `Action:`, or a header of gpt-oss, can begin a call after this character. */
export function mayPrecedeAction(before: string): boolean {
  return before === '' || '.!?:：'.includes(before);
}

interface Unit extends Statement {
  readonly end: number;
  /** Whether it is tagged, or nothing else follows on its line. */
  readonly isAlone: boolean;
}

function readUnits(cursor: Cursor, tools: CallableNames, before: string): Unit[] {
  const units: Unit[] = [];
  let previous = before;
  for (;;) {
    const unit = readUnit(cursor, tools, previous);
    if (unit === undefined) return units;
    units.push(unit);
    cursor.at = unit.end;
    skipBetween(cursor);
    previous = '';
  }
}

function readUnit(cursor: Cursor, tools: CallableNames, before: string): Unit | undefined {
  const marked = { cursor, tools, stops: noStops, isMarked: true };
  const fence = cursor.peek() === '`' ? readFence(marked) : undefined;
  if (fence?.kind === 'other') return undefined;
  const wrapped = fence?.statement ?? readMarkedCalls(marked);
  if (wrapped !== undefined) return { ...wrapped, end: endOf(cursor), isAlone: true };
  const tagged = cursor.isAt('<function=') ? readBracketed(marked) : readAngled(marked);
  if (tagged !== undefined) return { ...tagged, end: endOf(cursor), isAlone: true };
  const plain = { cursor, tools, stops: noStops, isMarked: false };
  const family = mayPrecedeBracket(before) ? readFamilyUnit(plain, before) : undefined;
  if (family !== undefined) return family;
  const open =
    (mayPrecedeBracket(before) ? readBracketed(plain) : undefined) ??
    (mayPrecedeBareCall(before) ? readBare(plain) : undefined);
  if (open === undefined) return undefined;
  const { calls, form } = open;
  return { calls, form, isAlone: endsItsLine(cursor), end: endOf(cursor) };
}

const noStops: readonly string[] = [];

/** A call on several lines cannot be part of a sentence, even if text follows on its last line. */
function readFamilyUnit(place: CallPlace, before: string): Unit | undefined {
  const { cursor } = place;
  const start = cursor.at;
  const read = readFamilyCalls(place, {
    isLineStart: mayPrecedeBareCall(before),
    mayStartSentence: mayPrecedeAction(before),
  });
  if (read === undefined) return undefined;
  const isBlock = before === '' && /\n/.test(cursor.text.slice(start, cursor.at));
  const isAlone = isBlock || endsItsLine(cursor) || isAtInventedResult(cursor);
  return { ...read, isAlone, end: endOf(cursor) };
}

/** Skips leftovers after a call and returns where they end. */
function endOf(cursor: Cursor): number {
  for (;;) {
    const end = cursor.at;
    cursor.skipSpace();
    if (skipLeftovers(cursor)) continue;
    cursor.at = end;
    return end;
  }
}

function endsItsLine(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    cursor.skipBlanks();
    if (cursor.skip(',') || cursor.skip(';')) cursor.skipBlanks();
    // `[f(a=1)]  # look it up` ends with a Python comment.
    const isEnd = cursor.isAtEnd() || isLineBreak(cursor.peek()) || cursor.peek() === '#';
    return isEnd || skipLeftovers(cursor);
  });
}

function skipBetween(cursor: Cursor): void {
  do cursor.skipSpace();
  while (cursor.skip(',') || cursor.skip(';'));
}
