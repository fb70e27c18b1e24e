import type { CallPlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { cutCall, type FoundCall } from './found-call.ts';
import { readXmlBody, takeTagName, type XmlTags } from './xml-call.ts';

/**
 * Reads `<invoke name="f"><parameter name="a">text</parameter></invoke>` as MiniMax writes it, with any prefix before the
 * names of the tags (`steptml:`, `｜DSML｜` of DeepSeek), or with one JSON object in it. The schema decides the type of a text; a
 * string is kept word for word. Returns `undefined` and does not move if no such call begins here.
 */
export function readInvokeCall(place: CallPlace): FoundCall | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const tags = readOpening(cursor);
    const spelling = tags === undefined ? undefined : takeTagName(cursor)?.name;
    if (tags === undefined || spelling === undefined) return undefined;
    cursor.skipSpace();
    if (cursor.isAtEnd()) return cutCall(place, { spelling, start });
    // A tag with prose after it is part of an explanation.
    const hasBody = cursor.peek() === '{' || cursor.isAtAny([tags.parameter, tags.end]);
    return hasBody ? readXmlBody(place, tags, { spelling, start }) : undefined;
  });
}

/** Reads `<invoke name=` with any prefix. */
function readOpening(cursor: Cursor): XmlTags | undefined {
  if (!cursor.skip('<')) return undefined;
  const [, prefix, name] = /^(|.*[:|｜] ?)(invoke|function)$/.exec(takeTagWord(cursor)) ?? [];
  if (prefix === undefined || name === undefined || !cursor.skip(' name=')) return undefined;
  return {
    end: `</${prefix}${name}>`,
    parameter: `<${prefix}parameter name=`,
    parameterEnd: `</${prefix}parameter>`,
    clean: withoutOwnLines,
  };
}

/** Reads the name of a tag with its prefix. DeepSeek also writes a space after its prefix. */
export function takeTagWord(cursor: Cursor): string {
  const word = takeWord(cursor);
  if (!/[|｜]$/.test(word) || !cursor.skip(' ')) return word;
  return `${word} ${takeWord(cursor)}`;
}

function takeWord(cursor: Cursor): string {
  return cursor.takeWhile((character) => /[\w:|｜-]/.test(character), 40);
}

/** Text between tags on lines of their own; a line break at one end only is part of the text. */
export function withoutOwnLines(text: string): string {
  return /^\r?\n[\s\S]*\n$/.test(text) ? text.replace(/^\r?\n/, '').replace(/\r?\n$/, '') : text;
}
