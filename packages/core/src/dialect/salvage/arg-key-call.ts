import type { JsonValue } from '../../json.ts';
import type { CallPlace } from './call-place.ts';
import type { CallableName } from './callable-name.ts';
import type { Cursor } from './cursor.ts';
import { brokenCall, cutCall, type FoundCall, foundCall, ownParameterName } from './found-call.ts';
import { withoutOwnLines } from './invoke-call.ts';
import { takeName } from './python-source.ts';
import { schemaOfKey, valueOfText } from './typed-text.ts';

/**
 * Reads `f`, then `<arg_key>a</arg_key><arg_value>text</arg_value>` for each argument, as GLM writes it between `<tool_call>` and
 * `</tool_call>`; Hunyuan also writes `<tool_sep>` after the name, and LongCat a prefix. The schema decides the type of a text.
 * Outside tags the tool must be active and have an argument. Returns `undefined` and does not move if no such call begins here.
 */
export function readArgKeyCall(place: CallPlace): FoundCall | undefined {
  const { cursor, tools } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const spelling = takeName(cursor);
    const tool = tools.find(spelling);
    if (spelling === '' || (!place.isMarked && tool === undefined)) return undefined;
    cursor.skipSpace();
    if (cursor.skip('<tool_sep>')) cursor.skipSpace();
    return readArguments(place, tool, { spelling, start });
  });
}

function readArguments(
  place: CallPlace,
  tool: CallableName | undefined,
  { spelling, start }: { readonly spelling: string; readonly start: number },
): FoundCall | undefined {
  const { cursor, tools, stops, isMarked } = place;
  const { named, end } = readPairs(cursor, tool);
  const isOpen = isAtKey(cursor);
  // A name alone is a call only if it is all that the tag contains.
  const isAlone = tool !== undefined && cursor.isAtAny(stops);
  if (named.length === 0 && !isOpen && !isAlone) return undefined;
  if (isOpen || (isMarked && cursor.isAtEnd())) {
    return skipRest(cursor, stops)
      ? cutCall(place, { spelling, start })
      : brokenCall(tools, { spelling, text: cursor.text.slice(start, cursor.at) }, notClosed);
  }
  cursor.at = end;
  return foundCall(tools, { spelling, text: cursor.text.slice(start, end) }, { named });
}

const notClosed = { problem: 'A tag is not closed.', cut: false };

/** Moves to the end of the tag around the call; returns whether that is the end of the text. */
function skipRest(cursor: Cursor, stops: readonly string[]): boolean {
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops)) cursor.at += 1;
  return cursor.isAtEnd();
}

interface Pairs {
  readonly named: readonly (readonly [string, JsonValue])[];
  /** Index after the last pair, without white space. */
  readonly end: number;
}

function readPairs(cursor: Cursor, tool: CallableName | undefined): Pairs {
  const named: (readonly [string, JsonValue])[] = [];
  let end = cursor.at;
  for (;;) {
    const pair = readPair(cursor);
    if (pair === undefined) return { named, end };
    const schema = schemaOfKey(tool?.parameters, ownParameterName(tool, pair.key));
    named.push([pair.key, valueOfText(pair.text, schema)]);
    end = cursor.at;
    cursor.skipSpace();
  }
}

const longestKey = 256;

const prefixes = ['', 'longcat_'];

function isAtKey(cursor: Cursor): boolean {
  return cursor.isAtAny(prefixes.map((prefix) => `<${prefix}arg_key>`));
}

function readPair(cursor: Cursor): { key: string; text: string } | undefined {
  return cursor.attempt(() => {
    const prefix = prefixes.find((each) => cursor.skip(`<${each}arg_key>`));
    const key = prefix === undefined ? undefined : cursor.takeUntil(`</${prefix}arg_key>`)?.trim();
    if (key === undefined || key.length > longestKey) return undefined;
    cursor.skipSpace();
    if (!cursor.skip(`<${prefix}arg_value>`)) return undefined;
    const text = cursor.takeUntil(`</${prefix}arg_value>`);
    // The end tag of this value is missing, and its place is unknown.
    if (text === undefined || text.includes(`<${prefix}arg_key>`)) return undefined;
    return { key, text: withoutOwnLines(text) };
  });
}
