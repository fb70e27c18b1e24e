import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import type { FoundCall } from './found-call.ts';
import { readGemmaCall } from './gemma-call.ts';
import { readJsonArguments, readJsonList, readJsonObject } from './json-call.ts';
import { readPythonCall, readPythonList } from './python-call.ts';
import { skipTrivia, takeName } from './python-source.ts';
import { readXmlCall } from './xml-call.ts';

/** Calls and the form in which they were written. */
export interface Statement {
  readonly calls: readonly FoundCall[];
  readonly form: string;
}

/**
 * Reads calls in brackets or a tag: a list of Python calls, JSON, or `<function=f>…</function>`. Returns `undefined` and
 * does not move if none of them begins here.
 */
export function readBracketed(place: CallPlace): Statement | undefined {
  switch (place.cursor.peek()) {
    case '[':
      return (
        statement('Python list', readPythonList(place)) ?? statement('JSON', readJsonList(place))
      );
    case '{':
      return statement('JSON', readJsonObject(place));
    case '<':
      return statement('<function=…>', listOf(readXmlCall(place)));
    default:
      return undefined;
  }
}

/** Reads `<f(a="x")>` with the name of an active tool. Returns `undefined` and does not move if no such call begins here. */
export function readAngled(place: CallPlace): Statement | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    if (!cursor.skip('<') || !isActiveAhead(place)) return undefined;
    const call = readPythonCall(place);
    if (call?.call.readable !== true) return undefined;
    cursor.skipBlanks();
    cursor.skip('/');
    return cursor.skip('>') ? { calls: [call], form: '<f(…)>' } : undefined;
  });
}

/**
 * Reads a call without brackets around it: `f(a="x")`, `print(f(a="x"))`, `call:f{a:1}`. Outside tags its tool must be
 * active, and a signature such as `get_weather(city)` does not count. Else returns `undefined` and does not move.
 */
export function readBare(place: CallPlace): Statement | undefined {
  // Most text that is read here is not a call, and this is the quickest way to know it.
  if (!place.isMarked && !isActiveAhead(place)) return statement('print', readPrinted(place));
  return (
    statement('call:', listOf(acceptBare(place, readGemmaCall))) ??
    statement('print', readPrinted(place)) ??
    statement('Python call', listOf(acceptBare(place, readPythonCall)))
  );
}

/** Reads the calls between two tags: bracketed or bare, one after another. */
export function readStatements(place: CallPlace): Statement | undefined {
  const { cursor } = place;
  const calls: FoundCall[] = [];
  let form: string | undefined;
  let end = cursor.at;
  for (;;) {
    skipSeparators(cursor);
    const next =
      readBracketed(place) ?? readBare(place) ?? statement('name{…}', readNamedJson(place));
    if (next === undefined) break;
    for (const call of next.calls) calls.push(call);
    form ??= next.form;
    end = cursor.at;
  }
  cursor.at = end;
  return form === undefined ? undefined : { calls, form };
}

/** Skips white space, comments, commas and semicolons between calls. */
export function skipSeparators(cursor: Cursor): void {
  do skipTrivia(cursor);
  while (cursor.skip(',') || cursor.skip(';'));
}

function statement(form: string, calls: readonly FoundCall[] | undefined): Statement | undefined {
  return calls === undefined ? undefined : { calls, form };
}

function listOf(call: FoundCall | undefined): FoundCall[] | undefined {
  return call === undefined ? undefined : [call];
}

function acceptBare(
  place: CallPlace,
  read: (place: CallPlace) => FoundCall | undefined,
): FoundCall | undefined {
  return place.cursor.attempt(() => {
    if (!place.isMarked && !isActiveAhead(place)) return undefined;
    const found = read(place);
    if (found === undefined || found.call.readable) return found;
    return found.isActive && !isSignature(found.call.text) ? found : undefined;
  });
}

/** Checks the name first, because parsing arguments is expensive. */
function isActiveAhead({ cursor, tools }: CallPlace): boolean {
  return cursor.lookAhead(() => {
    if (cursor.skip('call:')) cursor.skipBlanks();
    if (!tools.mayBeginWith(cursor.peek())) return false;
    return tools.find(takeName(cursor)) !== undefined;
  });
}

/** Whether the text is a signature as in documentation: `get_weather(city, days: int = 3)`. */
function isSignature(text: string): boolean {
  if (text.length > longestSignature) return false;
  const [, parameters] = /^[^(]*\((.*)\)$/s.exec(text) ?? [];
  return (
    parameters?.split(',').every((parameter) => parameterPattern().test(parameter.trim())) ?? false
  );
}

const longestSignature = 500;
const parameterPattern = () => /^(?:[\p{L}_][\w-]*\??(?:\s?:\s?[^=]+(?:=.*)?)?|\.\.\.|…)$/su;

function readPrinted(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  if (place.tools.find('print') !== undefined) return undefined;
  return cursor.attempt(() => {
    if (!cursor.skip('print(')) return undefined;
    skipTrivia(cursor);
    const calls = readPythonList(place) ?? readBareCalls(place);
    skipTrivia(cursor);
    return calls !== undefined && (cursor.skip(')') || cursor.isAtEnd()) ? calls : undefined;
  });
}

function readBareCalls(place: CallPlace): FoundCall[] | undefined {
  const calls: FoundCall[] = [];
  do {
    skipTrivia(place.cursor);
    const call = acceptBare(place, readPythonCall);
    if (call === undefined) return undefined;
    calls.push(call);
    skipTrivia(place.cursor);
  } while (place.cursor.skip(','));
  return calls;
}

/** Reads `f{"a": 1}` and `f[ARGS]{"a": 1}` as Mistral writes them. */
function readNamedJson(place: CallPlace): FoundCall[] | undefined {
  const { cursor } = place;
  if (!place.isMarked) return undefined;
  return cursor.attempt(() => {
    const start = cursor.at;
    const spelling = takeName(cursor);
    if (cursor.skip('[CALL_ID]')) takeName(cursor);
    cursor.skip('[ARGS]');
    cursor.skipSpace();
    if (spelling === '' || cursor.peek() !== '{') return undefined;
    return [readJsonArguments(place, spelling, start)];
  });
}
