import type { CallPlace } from './call-place.ts';
import { type Cursor, isLineBreak } from './cursor.ts';
import { cutCall, type FoundCall } from './found-call.ts';
import { readInvokeCall } from './invoke-call.ts';
import { readJsonArguments } from './json-call.ts';

/**
 * Reads a call between tokens: `<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{…}<|tool_call_end|>` of Kimi,
 * `<｜tool▁call▁begin｜>function<｜tool▁sep｜>f` with fenced JSON of DeepSeek V3 and R1, `<｜tool▁call▁begin｜>f<｜tool▁sep｜>{…}` of
 * DeepSeek V3.1, and the form of Step 3, which has `<steptml:invoke name="f">` after the separator. A missing end token is ignored.
 * Returns `undefined` and does not move if no such call begins here.
 */
export function readTokenCall(place: CallPlace): FoundCall | undefined {
  const { cursor } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    if (!skipToken(cursor, callBegin)) return undefined;
    const header = readHeader(cursor);
    const inner = readInvokeCall(place);
    if (inner !== undefined) return ended(cursor, inner);
    const spelling = nameIn(place, header);
    if (spelling === undefined) return undefined;
    skipFenceStart(cursor);
    if (cursor.peek() === '{') {
      const inside = { ...place, stops: [...place.stops, ...ends] };
      return ended(cursor, readJsonArguments(inside, spelling, start));
    }
    return cursor.isAtEnd() ? cutCall(place, { spelling, start }) : undefined;
  });
}

const ends = ['<|tool_call_end|>', '<｜tool▁call▁end｜>', '<｜tool_call_end｜>'];

/** Skips a token in one of its spellings. Returns whether it did. */
function skipToken(cursor: Cursor, token: readonly string[]): boolean {
  return cursor.skipAny(token) !== undefined;
}

/** Tokens such as `<|name|>`, also in the characters of DeepSeek. Made once: a reply can have a million `<`. */
function spellingsOf(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    const wide = `<｜${name}｜>`;
    return [`<|${name}|>`, wide, wide.replaceAll('_', '▁')];
  });
}

const callBegin = spellingsOf('tool_call_begin');
const callEnd = spellingsOf('tool_call_end');
const separators = spellingsOf('tool_call_argument_begin', 'tool_sep');

/** The texts before the arguments: the name alone, or `function` and the name. */
function readHeader(cursor: Cursor): readonly string[] {
  const parts: string[] = [];
  do {
    cursor.skipSpace();
    const ends = (character: string) => isLineBreak(character) || '<{`'.includes(character);
    const part = cursor.takeWhile((character) => !ends(character), 256).trim();
    if (part !== '') parts.push(part);
    cursor.skipSpace();
  } while (skipToken(cursor, separators) && parts.length < 3);
  cursor.skipSpace();
  return parts;
}

/** Kimi writes the id of the call, `functions.f:0`, in the place of its name. */
function nameIn({ tools }: CallPlace, header: readonly string[]): string | undefined {
  const written = header.length > 1 && header[0] === 'function' ? header[1] : header[0];
  if (written === undefined || tools.find(written) !== undefined) return written;
  return written.replace(/^functions\./, '').replace(/:\d{1,4}$/, '');
}

/** Skips the backticks and the language before fenced arguments. */
export function skipFenceStart(cursor: Cursor): boolean {
  if (!cursor.skip('```')) return false;
  cursor.takeWhile((character) => /[\w\s]/.test(character), 24);
  return true;
}

function ended(cursor: Cursor, found: FoundCall): FoundCall {
  cursor.attempt(() => {
    cursor.skipSpace();
    if (cursor.skip('```')) cursor.skipSpace();
    return skipToken(cursor, callEnd) ? true : undefined;
  });
  return found;
}
