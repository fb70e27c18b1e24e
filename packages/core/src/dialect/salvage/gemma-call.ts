import type { JsonObject, JsonValue } from '../../json.ts';
import type { CallPlace } from './call-place.ts';
import { type Cursor, Unreadable } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, ownParameterName } from './found-call.ts';
import { deepestNesting } from './python-literal.ts';
import { pythonSource, takeName } from './python-source.ts';
import { readPythonString } from './python-string.ts';
import { skipBrackets } from './skip-brackets.ts';
import { type KnownSchema, schemaOfItems, schemaOfKey, valueOfText } from './typed-text.ts';

/**
 * Reads `call:f{key:<escape>text<escape>}` as FunctionGemma writes it (vLLM functiongemma_tool_parser.py) and
 * `call:f{key:<|"|>text<|"|>,n:5}` as Gemma 4 writes it, including nested objects and lists. Text between the markers has
 * no escapes. FunctionGemma also puts numbers between markers, so the schema decides the type. Returns `undefined` and
 * does not move if no such call begins here.
 */
export function readGemmaCall({ cursor, tools, stops }: CallPlace): FoundCall | undefined {
  return cursor.attempt(() => {
    const start = cursor.at;
    if (!cursor.skip('call:')) return undefined;
    cursor.skipBlanks();
    const spelling = takeName(cursor);
    if (spelling === '' || cursor.peek() !== '{') return undefined;
    const open = cursor.at;
    const read = readWhole(cursor, tools.find(spelling));
    if (read instanceof Unreadable) {
      cursor.at = open;
      const isWhole = skipBrackets(cursor, stops);
      const text = cursor.text.slice(start, cursor.at);
      const cut = read.cut || (!isWhole && cursor.isAtEnd());
      return brokenCall(tools, { spelling, text }, { problem: read.message, cut });
    }
    const text = cursor.text.slice(start, cursor.at);
    return foundCall(tools, { spelling, text }, { named: read });
  });
}

type Entries = readonly (readonly [string, JsonValue])[];
type NamedTool = Parameters<typeof ownParameterName>[0];

const textMarks = ['<escape>', '<|"|>'];

function readWhole(cursor: Cursor, tool: NamedTool): Entries | Unreadable {
  try {
    return readEntries(
      cursor,
      (key) => schemaOfKey(tool?.parameters, ownParameterName(tool, key)),
      0,
    );
  } catch (thrown) {
    if (thrown instanceof Unreadable) return thrown;
    throw thrown;
  }
}

function readEntries(
  cursor: Cursor,
  schemaOf: (key: string) => KnownSchema,
  depth: number,
): Entries {
  const entries: [string, JsonValue][] = [];
  readSeparated(cursor, '{', '}', () => {
    const key = readKey(cursor);
    entries.push([key, readValue(cursor, schemaOf(key), depth)]);
  });
  return entries;
}

function readKey(cursor: Cursor): string {
  const key = readMarked(cursor) ?? readQuoted(cursor) ?? takeKey(cursor);
  cursor.skipSpace();
  if (key === '' || !cursor.skip(':')) throw cursor.unreadable('A key has no colon.');
  return key;
}

function takeKey(cursor: Cursor): string {
  return cursor.takeWhile((character) => !':,{}[]<>\n'.includes(character)).trim();
}

function readValue(cursor: Cursor, schema: KnownSchema, depth: number): JsonValue {
  if (depth > deepestNesting)
    throw cursor.unreadable(`Brackets nest deeper than ${deepestNesting}.`);
  cursor.skipSpace();
  const marked = readMarked(cursor);
  if (marked !== undefined) return valueOfText(marked, schema);
  if (cursor.peek() === '{') return readObject(cursor, schema, depth);
  if (cursor.peek() === '[') return readList(cursor, schema, depth);
  return readQuoted(cursor) ?? readBare(cursor, schema);
}

function readObject(cursor: Cursor, schema: KnownSchema, depth: number): JsonObject {
  return Object.fromEntries(readEntries(cursor, (key) => schemaOfKey(schema, key), depth + 1));
}

function readList(cursor: Cursor, schema: KnownSchema, depth: number): JsonValue[] {
  const items: JsonValue[] = [];
  readSeparated(cursor, '[', ']', () => {
    items.push(readValue(cursor, schemaOfItems(schema), depth + 1));
  });
  return items;
}

function readSeparated(cursor: Cursor, open: string, close: string, readItem: () => void): void {
  cursor.skip(open);
  for (;;) {
    cursor.skipSpace();
    if (cursor.skip(close)) return;
    readItem();
    cursor.skipSpace();
    if (!cursor.skip(',') && cursor.peek() !== close) {
      throw cursor.unreadable(`A comma or "${close}" is missing.`);
    }
  }
}

function readMarked(cursor: Cursor): string | undefined {
  const mark = cursor.skipAny(textMarks);
  if (mark === undefined) return undefined;
  const text = cursor.takeUntil(mark);
  if (text !== undefined) return text;
  throw new Unreadable('The text ends before the call does.', true);
}

function readQuoted(cursor: Cursor): string | undefined {
  if (cursor.peek() !== '"') return undefined;
  return readPythonString(pythonSource(cursor, { hasRawQuotes: false }), { isKey: false });
}

function readBare(cursor: Cursor, schema: KnownSchema): JsonValue {
  const text = cursor.takeWhile((character) => !',{}[]\n'.includes(character)).trim();
  if (text === '' || cursor.isAtEnd()) throw cursor.unreadable('A value is missing.');
  return valueOfText(text, schema);
}
