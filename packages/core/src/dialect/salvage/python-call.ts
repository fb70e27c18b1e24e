import { isJsonObject, type JsonValue } from '../../json.ts';
import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak, Unreadable } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, withLastBroken } from './found-call.ts';
import { readPythonLiteral } from './python-literal.ts';
import {
  type PythonSource,
  pythonSource,
  skipTrivia,
  takeArgumentName,
  takeName,
  takeNameWithColon,
} from './python-source.ts';
import { skipBrackets } from './skip-brackets.ts';

/**
 * Reads `[f(a="x", b=2), g()]`. Each call is read separately, so that a broken call does not affect the others. If the list
 * is not closed, its last call is unreadable. Returns `undefined` and does not move if no such list begins here.
 */
export function readPythonList(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    if (!cursor.skip('[')) return undefined;
    const calls: FoundCall[] = [];
    for (;;) {
      const end = skipCommas(cursor, calls);
      if (calls.length > 0 && cursor.skip(']')) return calls;
      const call = readPythonCall(place);
      if (call === undefined) return unclosedList(place, calls, end);
      if (isProse(call, calls)) return undefined;
      calls.push(call);
    }
  });
}

/**
 * Reads `f(a="x", b=2)`; the bracket must follow the name directly. First it reads strings as Python does; if that fails,
 * it allows quotes inside quotes. Returns `undefined` and does not move if no name with a bracket begins here.
 */
export function readPythonCall(place: CallPlace): FoundCall | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const spelling = takeName(cursor);
    if (spelling === '' || !cursor.skip('(')) return undefined;
    const open = cursor.at;
    const asPython = readArguments(cursor, false);
    if (!(asPython instanceof Unreadable)) return finish(place, { start, spelling }, asPython);
    cursor.at = open;
    const withRawQuotes = readArguments(cursor, true);
    if (!(withRawQuotes instanceof Unreadable)) {
      return finish(place, { start, spelling }, withRawQuotes);
    }
    cursor.at = open - 1;
    return skipBrokenCall(place, { start, spelling }, asPython);
  });
}

interface Head {
  readonly start: number;
  readonly spelling: string;
}

interface ReadArguments {
  readonly positional: readonly JsonValue[];
  readonly named: readonly (readonly [string, JsonValue])[];
  readonly repairs: ReadonlySet<string>;
  readonly largeNumbers: ReadonlySet<string>;
}

function finish({ cursor, tools }: CallPlace, { start, spelling }: Head, read: ReadArguments) {
  const text = cursor.text.slice(start, cursor.at);
  const { repairs, largeNumbers } = read;
  return foundCall(tools, { spelling, text, repairs, largeNumbers }, read);
}

function readArguments(cursor: Cursor, hasRawQuotes: boolean): ReadArguments | Unreadable {
  const source = pythonSource(cursor, { hasRawQuotes });
  try {
    const { positional, named } = readArgumentList(source);
    const { repairs, largeNumbers } = source;
    return { positional, named, repairs, largeNumbers };
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown;
    throw thrown;
  }
}

interface ArgumentList {
  readonly positional: JsonValue[];
  readonly named: (readonly [string, JsonValue])[];
}

function readArgumentList(source: PythonSource): ArgumentList {
  const { cursor } = source;
  const read: ArgumentList = { positional: [], named: [] };
  for (;;) {
    skipTrivia(cursor);
    if (cursor.skip(')')) return read;
    readArgument(source, read);
    skipTrivia(cursor);
    if (!cursor.skip(',') && cursor.peek() !== ')') expectArgument(source);
  }
}

function readArgument(source: PythonSource, { positional, named }: ArgumentList): void {
  const { cursor, repairs } = source;
  const withColon = positional.length === 0 ? takeNameWithColon(cursor) : undefined;
  if (withColon !== undefined) repairs.add('":" after the name of an argument');
  const name = withColon ?? takeArgumentName(cursor);
  if (name !== undefined) named.push([name, readPythonLiteral(source)]);
  else if (cursor.skip('**')) for (const entry of readSpread(source)) named.push(entry);
  else if (named.length === 0) positional.push(readPythonLiteral(source));
  else throw cursor.unreadable('An argument without a name follows one with a name.');
}

/** Without a comma, only a name and `=` can begin the next argument. */
function expectArgument({ cursor, repairs }: PythonSource): void {
  const isName = () => takeArgumentName(cursor) ?? takeNameWithColon(cursor);
  if (cursor.lookAhead(isName) === undefined) {
    throw cursor.unreadable('A comma or ")" is missing after an argument.');
  }
  repairs.add('missing comma between arguments');
}

/** `**{"x-y": 1}` */
function readSpread(source: PythonSource): [string, JsonValue][] {
  const value = readPythonLiteral(source);
  if (!isJsonObject(value)) throw source.cursor.unreadable('There is no dict after "**".');
  return Object.entries(value);
}

/** Skips a broken call up to its closing bracket, so that the calls after it can still be read. */
function skipBrokenCall(
  { cursor, tools, stops }: CallPlace,
  { start, spelling }: Head,
  reason: Unreadable,
) {
  const isWhole = skipBrackets(cursor, stops);
  const cut = reason.cut || (!isWhole && cursor.isAtEnd());
  const text = cursor.text.slice(start, cursor.at);
  return brokenCall(tools, { spelling, text }, { problem: reason.message, cut });
}

/** Whether a list begins with a broken call of an unknown tool: then it is prose such as `[f(x) = 2]`. */
function isProse({ call, isActive }: FoundCall, before: readonly FoundCall[]): boolean {
  return !isActive && !call.readable && !before.some((other) => other.isActive);
}

/** Moves to the next call and returns where the call before and its comma end. */
function skipCommas(cursor: Cursor, calls: readonly FoundCall[]): number {
  let end = cursor.at;
  skipTrivia(cursor);
  while (calls.length > 0 && cursor.skip(',')) {
    end = cursor.at;
    skipTrivia(cursor);
  }
  return end;
}

/** `end` is where the last call, or the comma after it, ends. */
function unclosedList({ cursor, stops }: CallPlace, calls: readonly FoundCall[], end: number) {
  if (calls.length === 0) return undefined;
  // `[f(a=1), get_wea` ends within a name.
  takeName(cursor);
  const cut = cursor.isAtEnd();
  if (!cut) {
    cursor.at = end;
    cursor.skipBlanks();
    // Prose follows the last call, so this is not a list of calls.
    if (!isLineBreak(cursor.peek()) && !cursor.isAtAny(stops)) return undefined;
  }
  return withLastBroken(calls, { problem: 'The list of calls is not closed.', cut });
}
