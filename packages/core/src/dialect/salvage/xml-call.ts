import type { JsonValue } from '../../json.ts';
import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { brokenCall, type FoundCall, foundCall, ownParameterName } from './found-call.ts';
import { readJsonArguments } from './json-call.ts';
import { schemaOfKey, valueOfText } from './typed-text.ts';

/** The tags of a call whose parameters are tags. */
export interface XmlTags {
  /** The tag that ends the call. */
  readonly end: string;
  /** What begins a parameter, up to its name. */
  readonly parameter: string;
  /** The tag that ends a parameter. */
  readonly parameterEnd: string;
  /** Removes what the form adds around the text of a parameter. */
  readonly clean: (text: string) => string;
}

/** A call whose tag was read. */
export interface OpenXmlCall {
  readonly spelling: string;
  /** Index at which the call begins. */
  readonly start: number;
}

const tagsOfQwen: XmlTags = {
  end: '</function>',
  parameter: '<parameter=',
  parameterEnd: '</parameter>',
  // The template of the model puts both line breaks there.
  clean: (text) => text.replace(/^\r?\n/, '').replace(/\r?\n$/, ''),
};

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
    const spelling = takeTagName(cursor)?.name;
    return spelling === undefined ? undefined : readXmlBody(place, tagsOfQwen, { spelling, start });
  });
}

/** Reads the rest of a call after its opening tag: parameters, or one JSON object. */
export function readXmlBody(place: CallPlace, tags: XmlTags, open: OpenXmlCall): FoundCall {
  place.cursor.skipSpace();
  return place.cursor.peek() === '{'
    ? readJsonBody(place, tags, open)
    : readParameters(place, tags, open);
}

/** Reads a name and what follows it up to `>`, such as `"a" string="true">`. Quotes around the name are removed. */
export function takeTagName(cursor: Cursor): { name: string; attributes: string } | undefined {
  const written = cursor.takeWhile((character) => !'<>{}\n'.includes(character), 256).trim();
  if (!cursor.skip('>') || written === '') return undefined;
  const [, , quoted, attributes = ''] = /^(["'])(.*?)\1(.*)$/.exec(written) ?? [];
  return quoted === undefined ? { name: written, attributes: '' } : { name: quoted, attributes };
}

function readJsonBody(place: CallPlace, { end }: XmlTags, open: OpenXmlCall): FoundCall {
  const { cursor } = place;
  const inside = { ...place, stops: [...place.stops, end] };
  const found = readJsonArguments(inside, open.spelling, open.start);
  cursor.attempt(() => {
    cursor.skipSpace();
    return cursor.skip(end) ? true : undefined;
  });
  return found;
}

function readParameters(
  { cursor, tools, stops }: CallPlace,
  tags: XmlTags,
  { spelling, start }: OpenXmlCall,
): FoundCall {
  const tool = tools.find(spelling);
  const named: (readonly [string, JsonValue])[] = [];
  for (;;) {
    cursor.skipSpace();
    const parameter = readParameter(cursor, tags);
    if (parameter === undefined) break;
    const schema = schemaOfKey(tool?.parameters, ownParameterName(tool, parameter.name));
    named.push([parameter.name, valueOfText(parameter.text, schema, parameter)]);
  }
  const isClosed = cursor.skip(tags.end);
  const isEnded = isClosed || (stops.length > 0 && cursor.isAtAny(stops));
  const repairs = isClosed ? [] : [`missing ${tags.end}`];
  if (isEnded)
    return foundCall(
      tools,
      { spelling, text: cursor.text.slice(start, cursor.at), repairs },
      { named },
    );
  skipBroken(cursor, tags.end, stops);
  const text = cursor.text.slice(start, cursor.at);
  return brokenCall(
    tools,
    { spelling, text },
    { problem: 'A tag is not closed.', cut: cursor.isAtEnd() },
  );
}

interface Parameter {
  readonly name: string;
  readonly text: string;
  /** Whether the tag marks the value as text. */
  readonly isText: boolean;
}

function readParameter(cursor: Cursor, tags: XmlTags): Parameter | undefined {
  return cursor.attempt(() => {
    if (!cursor.skip(tags.parameter)) return undefined;
    const tag = takeTagName(cursor);
    const text = tag === undefined ? undefined : cursor.takeUntil(tags.parameterEnd);
    if (tag === undefined || text === undefined) return undefined;
    // The end tag of this parameter is missing, and its place is unknown.
    if (text.includes(tags.parameter) || text.includes(tags.end)) return undefined;
    const isText = tag.attributes.includes('string="true"');
    return { name: tag.name, text: tags.clean(text), isText };
  });
}

function skipBroken(cursor: Cursor, end: string, stops: readonly string[]): void {
  const start = cursor.at;
  if (cursor.takeUntil(end) !== undefined) return;
  cursor.at = start;
  while (!cursor.isAtEnd() && !cursor.isAtAny(stops)) cursor.at += 1;
}
