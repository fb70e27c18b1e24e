import type { JsonValue } from '../../json.ts';
import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, ownParameterName } from './found-call.ts';
import { readJsonArguments } from './json-call.ts';
import { schemaOfKey, valueOfText } from './typed-text.ts';

/**
 * Reads `<function=f><parameter=a>text</parameter></function>` as Qwen3-Coder writes it, and
 * `<function=f>{"a": 1}</function>`. The text of a parameter is kept, except for one line break at each end; the schema
 * decides its type. Returns `undefined` and does not move if no such call begins here.
 */
export function readXmlCall(place: CallPlace): FoundCall | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    if (!cursor.skip('<function=')) return undefined;
    const spelling = takeTagName(cursor);
    if (spelling === undefined) return undefined;
    cursor.skipSpace();
    if (cursor.peek() === '{') return readJsonBody(place, spelling, start);
    return readParameters(place, spelling, start);
  });
}

const end = '</function>';

function takeTagName(cursor: Cursor): string | undefined {
  const name = cursor.takeWhile((character) => !'<>{}\n'.includes(character), 256).trim();
  return cursor.skip('>') && name !== '' ? name.replace(/^(["'])(.*)\1$/, '$2') : undefined;
}

function readJsonBody(place: CallPlace, spelling: string, start: number): FoundCall {
  const { cursor } = place;
  const found = readJsonArguments({ ...place, stops: [...place.stops, end] }, spelling, start);
  cursor.attempt(() => {
    cursor.skipSpace();
    return cursor.skip(end) ? true : undefined;
  });
  return found;
}

function readParameters(
  { cursor, tools, stops }: CallPlace,
  spelling: string,
  start: number,
): FoundCall {
  const tool = tools.find(spelling);
  const named: (readonly [string, JsonValue])[] = [];
  for (;;) {
    cursor.skipSpace();
    const parameter = readParameter(cursor);
    if (parameter === undefined) break;
    const schema = schemaOfKey(tool?.parameters, ownParameterName(tool, parameter.name));
    named.push([parameter.name, valueOfText(parameter.text, schema)]);
  }
  const isClosed = cursor.skip(end);
  const isEnded = isClosed || (stops.length > 0 && cursor.isAtAny(stops));
  const repairs = isClosed ? [] : [`missing ${end}`];
  if (isEnded)
    return foundCall(
      tools,
      { spelling, text: cursor.text.slice(start, cursor.at), repairs },
      { named },
    );
  skipBroken(cursor, stops);
  const text = cursor.text.slice(start, cursor.at);
  return brokenCall(
    tools,
    { spelling, text },
    { problem: 'A tag is not closed.', cut: cursor.isAtEnd() },
  );
}

function readParameter(cursor: Cursor): { name: string; text: string } | undefined {
  return cursor.attempt(() => {
    if (!cursor.skip('<parameter=')) return undefined;
    const name = takeTagName(cursor);
    const text = name === undefined ? undefined : cursor.takeUntil('</parameter>');
    if (name === undefined || text === undefined) return undefined;
    // The end tag of this parameter is missing, and its place is unknown.
    if (text.includes('<parameter=') || text.includes(end)) return undefined;
    return { name, text: text.replace(/^\r?\n/, '').replace(/\r?\n$/, '') };
  });
}

function skipBroken(cursor: Cursor, stops: readonly string[]): void {
  const start = cursor.at;
  if (cursor.takeUntil(end) !== undefined) return;
  cursor.at = start;
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops)) cursor.at += 1;
}
