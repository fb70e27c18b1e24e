import type { JsonObject, JsonValue } from '../../json.ts';
import type { Cursor, Unreadable } from './cursor.ts';
import { isAtPythonNumber, readPythonNumber } from './python-number.ts';
import { isNameCharacter, type PythonSource, skipTrivia } from './python-source.ts';
import { isAtPythonString, readPythonString } from './python-string.ts';

/** How deeply brackets can nest inside one call. */
export const deepestNesting = 64;

/**
 * Reads a literal of Python or JSON: strings, numbers, `True` and `true`, `None` and `null`, lists, tuples (as lists) and
 * dicts. Throws `Unreadable` for everything else, such as a variable, a call or an expression.
 */
export function readPythonLiteral(source: PythonSource, depth = 0): JsonValue {
  const { cursor } = source;
  if (depth > deepestNesting)
    throw cursor.unreadable(`Brackets nest deeper than ${deepestNesting}.`);
  skipTrivia(cursor);
  if (isAtPythonString(cursor)) return readPythonString(source, { isKey: false });
  if (cursor.skip('[')) return readItems(source, ']', depth);
  if (cursor.skip('(')) return readTuple(source, depth);
  if (cursor.skip('{')) return readDict(source, depth);
  if (isAtPythonNumber(cursor)) return readNumber(source);
  return readWord(source);
}

function readNumber({ cursor, largeNumbers }: PythonSource): number | string {
  const value = readPythonNumber(cursor);
  if (typeof value === 'string') largeNumbers.add(value);
  return value;
}

function readItems(source: PythonSource, close: string, depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  readSeparated(source, close, () => items.push(readPythonLiteral(source, depth + 1)));
  return items;
}

/** `(1)` is 1, `(1,)` and `()` are tuples. */
function readTuple(source: PythonSource, depth: number): JsonValue {
  const items: JsonValue[] = [];
  const commas = readSeparated(source, ')', () => items.push(readPythonLiteral(source, depth + 1)));
  const only = items[0];
  return only !== undefined && commas === 0 ? only : items;
}

function readDict(source: PythonSource, depth: number): JsonObject {
  const { cursor } = source;
  const entries = new Map<string, JsonValue>();
  readSeparated(source, '}', () => {
    const key = readKey(source);
    skipTrivia(cursor);
    if (!cursor.skip(':')) throw cursor.unreadable('A key in braces has no colon.');
    entries.set(key, readPythonLiteral(source, depth + 1));
  });
  // Object.fromEntries defines properties, so that "__proto__" remains an ordinary key.
  return Object.fromEntries(entries);
}

function readKey(source: PythonSource): string {
  const { cursor, repairs } = source;
  if (isAtPythonString(cursor)) return readPythonString(source, { isKey: true });
  if (isAtPythonNumber(cursor)) return String(readPythonNumber(cursor));
  const name = cursor.takeWhile(isNameCharacter);
  if (!/^[\p{XID_Start}\p{L}_$]/u.test(name))
    throw cursor.unreadable('A key in braces is not a string or a name.');
  repairs.add('key without quotes');
  return name;
}

/** Reads items up to `close`, with an optional trailing comma, and returns the number of commas. */
function readSeparated({ cursor }: PythonSource, close: string, readItem: () => void): number {
  let commas = 0;
  for (;;) {
    skipTrivia(cursor);
    if (cursor.skip(close)) return commas;
    readItem();
    skipTrivia(cursor);
    if (cursor.skip(',')) commas += 1;
    else if (cursor.peek() !== close) throw cursor.unreadable(`A comma or "${close}" is missing.`);
  }
}

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ['True', true],
  ['true', true],
  ['False', false],
  ['false', false],
  ['None', null],
  ['null', null],
]);

function readWord(source: PythonSource): JsonValue {
  const { cursor } = source;
  const start = cursor.at;
  const word = cursor.takeWhile(isNameCharacter);
  const literal = constants.has(word) ? word : constantAtStart(cursor, word);
  const value = literal === undefined ? undefined : constants.get(literal);
  if (literal === undefined || value === undefined) throw refusedWord(cursor, word);
  cursor.at = start + literal.length;
  return value;
}

/**
 * `b=truez=null`: a template that Gemma 3 is served with drops the comma between the arguments of past calls (vLLM,
 * tool_chat_template_gemma3_pythonic.jinja), and models imitate what they see.
 */
function constantAtStart(cursor: Cursor, word: string): string | undefined {
  return cursor.peek() === '='
    ? [...constants.keys()].find((known) => word.startsWith(known))
    : undefined;
}

function refusedWord(cursor: Cursor, word: string): Unreadable {
  if (word === '') return cursor.unreadable(`A value is missing before "${cursor.peek()}".`);
  if (cursor.peek() === '(') return cursor.unreadable(`"${word}(…)" is a call, not a value.`);
  return cursor.unreadable(
    `"${word}" is not a value: strings need quotes, and variables are not available.`,
  );
}
