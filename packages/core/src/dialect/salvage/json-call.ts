import { type RepairedJson, repairJson } from '../../schema/json-text/repair-json.ts';
import { toArgumentObject } from '../to-argument-object.ts';
import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, withLastBroken } from './found-call.ts';
import { skipJson } from './json-end.ts';
import { callsInJson, isCallKey, type JsonCall, responseInJson } from './json-shapes.ts';
import { deepestNesting } from './python-literal.ts';

/**
 * Reads `[{"name": …, "arguments": …}, …]`, each object separately. If the list is not closed, its last call is unreadable.
 * Returns `undefined` and does not move if no such list begins here.
 */
export function readJsonList(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    if (!cursor.skip('[')) return undefined;
    const calls: FoundCall[] = [];
    for (;;) {
      skipSeparators(cursor);
      if (calls.length > 0 && cursor.skip(']')) return calls;
      const more = readJsonObject(place);
      if (more === undefined) return unclosedList(place, calls);
      for (const call of more) calls.push(call);
    }
  });
}

/**
 * Reads one object that contains calls in any shape of {@link callsInJson}. Broken JSON is repaired if no quote, bracket or
 * value is missing. Returns `undefined` and does not move if no such object begins here.
 */
export function readJsonObject(place: CallPlace): FoundCall[] | undefined {
  return readDoubled(place) ?? readSingle(place);
}

/**
 * Reads an object with doubled braces, as models copy them from the source of their chat template: `{{"name": …}}`, with or
 * without the second closing brace. Returns `undefined` and does not move if no such object is complete here.
 */
function readDoubled(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    if (!cursor.skip('{')) return undefined;
    cursor.skipSpace();
    if (!isAtCallObject(cursor)) return undefined;
    const start = cursor.at;
    if (skipJson(cursor, place.stops, { hasRawQuotes: false }) !== 'closed') return undefined;
    const text = cursor.text.slice(start, cursor.at);
    const plain = repairJson(text);
    const value = plain.ok ? plain : repairJson(withoutDoubles(text));
    const calls = value.ok ? callsInJson(value.value) : undefined;
    if (!value.ok || calls === undefined || calls.some((call) => call.arguments === undefined))
      return undefined;
    cursor.takeWhile((character) => character === '}', 2);
    const read = { ...value, repairs: ['doubled braces'] };
    return calls.map((call) => toFoundCall(place, call, text, read));
  });
}

function withoutDoubles(text: string): string {
  return text.replaceAll('{{', '{').replaceAll('}}', '}');
}

function readSingle(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    if (!isAtCallObject(cursor)) return undefined;
    const start = cursor.at;
    const value = readJsonValue(place);
    const text = cursor.text.slice(start, cursor.at);
    if (!value.ok) return brokenObject(place, text, value);
    const calls = callsInJson(value.value);
    if (calls === undefined) return undefined;
    if (!place.isMarked && calls.some((call) => call.arguments === undefined)) return undefined;
    const stray = skipStrayBrace(place);
    const read = stray === undefined ? value : { ...value, repairs: [...value.repairs, stray] };
    return calls.map((call) => toFoundCall(place, call, text, read));
  });
}

/** Skips one closing brace too many at the end of a line, and returns the repair. */
function skipStrayBrace({ cursor }: CallPlace): string | undefined {
  return cursor.attempt(() => {
    if (!cursor.skip('}')) return undefined;
    cursor.skipBlanks();
    const isEnd = cursor.isAtEnd() || isLineBreak(cursor.peek());
    return isEnd ? 'superfluous "}"' : undefined;
  });
}

/** Reads a call whose name is outside the JSON, such as `<function=f>{"a": 1}</function>`. `start` is where the call begins. */
export function readJsonArguments(place: CallPlace, spelling: string, start: number): FoundCall {
  const { cursor, tools } = place;
  const value = readJsonValue(place);
  const text = cursor.text.slice(start, cursor.at);
  if (!value.ok) return brokenCall(tools, { spelling, text }, value);
  return toFoundCall(place, { name: spelling, arguments: value.value }, text, value);
}

/** Reads the answer in `{"response": "…"}` if nothing follows it. Else returns `undefined` and does not move. */
export function readResponse(cursor: Cursor): string | undefined {
  return cursor.attempt(() => {
    if (!isAtCallObject(cursor)) return undefined;
    const start = cursor.at;
    if (skipJson(cursor, [], { hasRawQuotes: false }) !== 'closed') return undefined;
    const read = repairJson(cursor.text.slice(start, cursor.at));
    const response = read.ok ? responseInJson(read.value) : undefined;
    if (response === undefined) return undefined;
    cursor.skipSpace();
    return cursor.isAtEnd() ? response : undefined;
  });
}

type WholeJson = Extract<RepairedJson, { readonly ok: true }>;

type ReadJson = WholeJson | { readonly ok: false; readonly problem: string; readonly cut: boolean };

function readJsonValue({ cursor, stops }: CallPlace): ReadJson {
  const start = cursor.at;
  const end = skipJson(cursor, stops, { hasRawQuotes: false });
  const read =
    end === 'closed'
      ? repairJson(cursor.text.slice(start, cursor.at), { keepsLargeNumbers: true })
      : undefined;
  if (read?.ok === true) return read;
  if (end === 'too-deep') {
    skipRest(cursor, stops);
    return { ok: false, problem: `Brackets nest deeper than ${deepestNesting}.`, cut: false };
  }
  const strictEnd = cursor.at;
  cursor.at = start;
  // Unescaped quotes hide the end of the value. The call will not run, but calls after it may.
  if (skipJson(cursor, stops, { hasRawQuotes: true }) !== 'closed') cursor.at = strictEnd;
  return {
    ok: false,
    problem: read?.problem ?? 'A bracket or a quote is not closed.',
    cut: end === 'unclosed' && cursor.isAtEnd(),
  };
}

function skipRest(cursor: Cursor, stops: readonly string[]): void {
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops)) cursor.at += 1;
}

function skipSeparators(cursor: Cursor): void {
  cursor.takeWhile(
    (character) => character === ',' || character === ';' || character.trim() === '',
  );
}

/** Whether `{` and a key of a call follow. Other JSON is not read to its end. */
function isAtCallObject(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (!cursor.skip('{')) return false;
    cursor.skipSpace();
    // JSON that was escaped twice has a backslash before every quote.
    cursor.takeWhile(
      (character) => character === '\\' || character === '"' || character === "'",
      2,
    );
    return isCallKey(cursor.takeWhile((character) => /[\w$]/.test(character), longestKey));
  });
}

const longestKey = 16;

function toFoundCall(
  { tools }: CallPlace,
  call: JsonCall,
  text: string,
  json: WholeJson,
): FoundCall {
  const spelling = call.name;
  if (call.arguments === undefined) {
    const repairs = [...json.repairs, 'no arguments given'];
    return foundCall(tools, { spelling, text, repairs }, { named: [] });
  }
  const written = toArgumentObject(call.arguments, tools.find(spelling)?.parameters);
  if (!written.ok) {
    return brokenCall(tools, { spelling, text }, { problem: written.problem, cut: false });
  }
  const repairs = [...json.repairs, ...written.repairs];
  const largeNumbers = [...json.largeNumbers, ...written.largeNumbers];
  const named = Object.entries(written.value);
  return foundCall(tools, { spelling, text, repairs, largeNumbers }, { named });
}

/** A broken object is a broken call if it contains the name of an active tool. */
function brokenObject(
  { tools }: CallPlace,
  text: string,
  reason: { readonly problem: string; readonly cut: boolean },
): FoundCall[] | undefined {
  const names = [
    ...text.matchAll(/["']?(?:name|function|tool)\\?["']?\s*:\s*\\?["']([^"'\\]+)\\?["']/g),
  ];
  const spelling = names
    .map((match) => match[1] ?? '')
    .find((name) => tools.find(name) !== undefined);
  return spelling === undefined ? undefined : [brokenCall(tools, { spelling, text }, reason)];
}

function unclosedList({ cursor, stops }: CallPlace, calls: readonly FoundCall[]) {
  if (calls.length === 0) return undefined;
  const cut = cursor.isAtEnd() || cursor.lookAhead(() => isCutObject(cursor, stops));
  if (!cut && !cursor.isAtAny(stops)) return undefined;
  if (cut) skipRest(cursor, stops);
  return withLastBroken(calls, { problem: 'The list of calls is not closed.', cut });
}

function isCutObject(cursor: Cursor, stops: readonly string[]): boolean {
  if (cursor.peek() !== '{') return false;
  return skipJson(cursor, stops, { hasRawQuotes: false }) === 'unclosed' && cursor.isAtEnd();
}
