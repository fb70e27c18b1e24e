import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { repairJson } from '../../schema/repair-json.ts';
import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, withLastBroken } from './found-call.ts';
import { skipJson } from './json-end.ts';
import { callsInJson, isCallKey, type JsonCall, responseInJson } from './json-shapes.ts';
import { deepestNesting } from './python-literal.ts';

/**
 * Reads `[{"name": …, "arguments": …}, …]`, every object by itself. A list that the text does not close loses its last
 * call. `undefined`, and no step, where no such list stands here.
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
 * Reads one object that says calls, in any shape of {@link callsInJson}; broken JSON is mended where no quote, bracket
 * or value is missing. `undefined`, and no step, where something else stands here.
 */
export function readJsonObject(place: CallPlace): FoundCall[] | undefined {
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
    return calls.map((call) => toFoundCall(place, call, text, value.repairs));
  });
}

/** A call of a tool whose name stands outside of the JSON, such as `<function=f>{"a": 1}</function>`. */
export function readJsonArguments(place: CallPlace, spelling: string, start: number): FoundCall {
  const { cursor, tools } = place;
  const value = readJsonValue(place);
  const text = cursor.text.slice(start, cursor.at);
  if (!value.ok) return brokenCall(tools, { spelling, text }, value);
  return toFoundCall(place, { name: spelling, arguments: value.value }, text, value.repairs);
}

/** Reads the answer in `{"response": "…"}` if nothing follows it. `undefined`, and no step, where something else stands here. */
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

type ReadJson =
  | { readonly ok: true; readonly value: JsonValue; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly problem: string; readonly cut: boolean };

function readJsonValue({ cursor, stops }: CallPlace): ReadJson {
  const start = cursor.at;
  const end = skipJson(cursor, stops, { hasRawQuotes: false });
  const read = end === 'closed' ? repairJson(cursor.text.slice(start, cursor.at)) : undefined;
  if (read?.ok === true) return read;
  if (end === 'too-deep') {
    skipRest(cursor, stops);
    return { ok: false, problem: `Brackets nest deeper than ${deepestNesting}.`, cut: false };
  }
  const strictEnd = cursor.at;
  cursor.at = start;
  // Quotes that nobody escaped hide where the value ends; it will not run, but what follows it may.
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

/** Whether `{` and a key that calls have stand here: data in JSON is passed by without being read to its end. */
function isAtCallObject(cursor: Cursor): boolean {
  return cursor.lookAhead(() => {
    if (!cursor.skip('{')) return false;
    cursor.skipSpace();
    // JSON that was escaped as a whole has a backslash before every quote.
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
  repairs: readonly string[],
): FoundCall {
  const said = objectOf(call.arguments);
  const source = { spelling: call.name, text };
  if ('problem' in said) return brokenCall(tools, source, { problem: said.problem, cut: false });
  return foundCall(
    tools,
    { ...source, repairs: [...repairs, ...said.repairs] },
    { named: Object.entries(said.value) },
  );
}

type WrittenObject =
  | { readonly value: JsonObject; readonly repairs: readonly string[] }
  | { readonly problem: string };

/** Arguments are an object, or the JSON text of one; nothing at all stands for no arguments. */
function objectOf(said: JsonValue | undefined): WrittenObject {
  if (isJsonObject(said)) return { value: said, repairs: [] };
  if (said === undefined || said === null || said === '') {
    return { value: {}, repairs: said === undefined ? ['no arguments given'] : [] };
  }
  if (typeof said !== 'string') return { problem: 'The arguments are no JSON object.' };
  const read = repairJson(said);
  if (!read.ok) return { problem: `The arguments are text that is no JSON: ${read.problem}` };
  if (!isJsonObject(read.value)) return { problem: 'The arguments are no JSON object.' };
  return { value: read.value, repairs: read.repairs };
}

/** A broken object is a broken call if a name that it says was offered. */
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
