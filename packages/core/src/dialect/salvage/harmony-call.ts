import type { CallPlace, ProsePlace } from './call-place.ts';
import type { CallableNames } from './callable-name.ts';
import type { Cursor } from './cursor.ts';
import { cutCall, type FoundCall, foundCall } from './found-call.ts';
import { readJsonArguments } from './json-call.ts';

/**
 * Reads `<|channel|>commentary to=functions.f <|constrain|>json<|message|>{…}<|call|>` as gpt-oss writes it, also with the recipient
 * after the role and without the tokens, which some servers remove. Without them it must begin its line, or follow a sentence and
 * name its channel. Returns `undefined` and does not move if no such call begins here.
 */
export function readHarmonyCall(place: CallPlace, prose: ProsePlace): FoundCall | undefined {
  const { cursor, tools } = place;
  return cursor.attempt(() => {
    const start = cursor.at;
    const header = readHeader(cursor);
    const spelling = header && spellingOf(header, tools, prose);
    if (header === undefined || spelling === undefined) return undefined;
    if (cursor.peek() === '{') {
      const inside = { ...place, stops: [...place.stops, ...ends] };
      const found = readJsonArguments(inside, spelling, start);
      cursor.attempt(() => {
        cursor.skipSpace();
        return cursor.skipAny(ends.slice(0, 2));
      });
      return found;
    }
    if (header.hasMessage && cursor.skip('<|call|>')) {
      const text = cursor.text.slice(start, cursor.at);
      return foundCall(tools, { spelling, text }, { named: [] });
    }
    return header.hasTokens && cursor.isAtEnd() ? cutCall(place, { spelling, start }) : undefined;
  });
}

/** The name of the tool. Without tokens, the header must be at a place of its own and have the namespace. */
function spellingOf(
  { recipient = '', hasTokens, hasChannel }: Header,
  tools: CallableNames,
  { isLineStart, mayStartSentence }: ProsePlace,
): string | undefined {
  const name = recipient.replace(/^functions\./, '');
  const isHeader = hasTokens || isLineStart || (mayStartSentence && hasChannel);
  if (name === '' || !isHeader || (!hasTokens && name === recipient)) return undefined;
  return tools.find(recipient) === undefined ? name : recipient;
}

const ends = ['<|call|>', '<|end|>', '<|start|>'];

interface Header {
  readonly recipient: string | undefined;
  readonly hasTokens: boolean;
  readonly hasMessage: boolean;
  readonly hasChannel: boolean;
}

const plainParts = ['assistant', 'commentary', 'analysis', 'final', 'json', 'code'];
const tokens = ['<|start|>', '<|channel|>', '<|constrain|>'];
const headerParts = [...tokens, 'to=', ...plainParts];

/** Reads everything before the content of a message, in any order, each token once. */
function readHeader(cursor: Cursor): Header | undefined {
  let recipient: string | undefined;
  const seen = new Set<string>();
  for (;;) {
    cursor.skipBlanks();
    const part = headerParts.find((each) => !seen.has(each) && cursor.skip(each));
    if (part === undefined) break;
    seen.add(part);
    if (part === 'to=') recipient = takeRecipient(cursor);
  }
  if (seen.size === 0) return undefined;
  const hasMessage = cursor.skip('<|message|>');
  // A message to nobody is not a call: a stream must not wait for more text.
  if (recipient !== undefined) cursor.skipSpace();
  const hasTokens = hasMessage || tokens.some((each) => seen.has(each));
  const hasChannel = seen.has('commentary') || seen.has('analysis');
  return { recipient, hasMessage, hasTokens, hasChannel };
}

function takeRecipient(cursor: Cursor): string {
  return cursor.takeWhile((character) => !/[\s<{|]/.test(character), 256);
}
