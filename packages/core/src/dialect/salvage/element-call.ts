import { isJsonObject, type JsonValue } from '../../json.ts';
import { repairJson } from '../../schema/json-text/repair-json.ts';
import { toArgumentObject } from '../to-argument-object.ts';
import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { type FoundCall, foundCall } from './found-call.ts';
import { readJsonArguments } from './json-call.ts';
import { skipJson } from './json-end.ts';

const nameTags = ['name', 'tool_name', 'function_name'];
const argumentTags = ['arguments', 'parameters', 'args', 'input'];

/**
 * Reads `<name>f</name><arguments>{…}</arguments>`, or `<f>{…}</f>` with the name of an active tool. Use it only between tags of
 * calls. Returns `undefined` and does not move if no such call begins here.
 */
export function readElementCall(place: CallPlace): FoundCall | undefined {
  const { cursor, tools } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const tag = takeTag(cursor);
    if (tag === undefined) return undefined;
    if (!nameTags.includes(tag)) {
      return tools.find(tag) === undefined ? undefined : readBody(place, tag, { tag, start });
    }
    const spelling = cursor.takeUntil(`</${tag}>`)?.trim() ?? '';
    cursor.skipSpace();
    const body = takeTag(cursor);
    if (spelling === '' || body === undefined || !argumentTags.includes(body)) return undefined;
    return readBody(place, spelling, { tag: body, start });
  });
}

/**
 * Reads `{"f": {…}}` or a list of such objects, as Apertus writes them, if every key is the name of an active tool. Use it only
 * between tags of calls. Returns `undefined` and does not move if no such list begins here.
 */
export function readKeyedCalls({ cursor, tools, stops }: CallPlace): FoundCall[] | undefined {
  return cursor.attempt(() => {
    if (cursor.peek() !== '[' && cursor.peek() !== '{') return undefined;
    const start = cursor.at;
    if (skipJson(cursor, stops, { hasRawQuotes: false }) !== 'closed') return undefined;
    const text = cursor.text.slice(start, cursor.at);
    const read = repairJson(text, { keepsLargeNumbers: true });
    if (!read.ok) return undefined;
    const { repairs, largeNumbers } = read;
    const entries = [read.value].flat().flatMap((item: JsonValue) => {
      return isJsonObject(item) ? Object.entries(item) : [undefined];
    });
    const calls = entries.map((entry) => {
      if (entry === undefined || tools.find(entry[0]) === undefined) return undefined;
      const [spelling, value] = entry;
      const written = toArgumentObject(value as JsonValue, tools.find(spelling)?.parameters);
      if (!written.ok) return undefined;
      const named = Object.entries(written.value);
      return foundCall(tools, { spelling, text, repairs, largeNumbers }, { named });
    });
    return calls.length > 0 && calls.every((call) => call !== undefined) ? calls : undefined;
  });
}

function takeTag(cursor: Cursor): string | undefined {
  if (!cursor.skip('<')) return undefined;
  const tag = cursor.takeWhile((character) => /[\w.-]/.test(character), 256);
  return cursor.skip('>') && tag !== '' ? tag : undefined;
}

function readBody(
  place: CallPlace,
  spelling: string,
  { tag, start }: { readonly tag: string; readonly start: number },
): FoundCall | undefined {
  const { cursor } = place;
  cursor.skipSpace();
  if (cursor.peek() !== '{') return undefined;
  const end = `</${tag}>`;
  const found = readJsonArguments({ ...place, stops: [...place.stops, end] }, spelling, start);
  cursor.attempt(() => {
    cursor.skipSpace();
    return cursor.skip(end) ? true : undefined;
  });
  return found;
}
