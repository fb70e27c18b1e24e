import type { WireBody, WireMessage } from '../dialect/wire.ts';
import { memoizeLast } from '../memoize.ts';
import { PrefixCache } from '../turns/prefix-cache.ts';

/**
 * Encodes a request as UTF-8 JSON: `body` with `fields` merged into it. Every request repeats the conversation so far, so
 * the bytes of messages and tools are cached by object identity. Callers must not change these objects afterwards.
 */
export function bodyBytes(body: WireBody, fields: Readonly<Record<string, unknown>>): Buffer {
  const { messages, tools, response_format: format, ...rest } = body;
  // A second spread would take as long as everything else.
  const others = JSON.stringify(Object.assign(rest, fields)).slice(0, -1);
  const pieces: Buffer[] = [];
  if ('messages' in fields) pieces.push(Buffer.from(others));
  else {
    const comma = others === '{' ? '' : ',';
    pieces.push(Buffer.from(`${others}${comma}"messages":`), openList(messages), closingList);
  }
  if (tools !== undefined && !('tools' in fields)) pieces.push(encodeOnce(tools, 'tools'));
  if (format !== undefined && !('response_format' in fields)) {
    pieces.push(encodeOnce(format, 'response_format'));
  }
  pieces.push(closing);
  return Buffer.concat(pieces);
}

const opening = Buffer.from('[');
const closingList = Buffer.from(']');
const closing = Buffer.from('}');

const conversations = new PrefixCache<Buffer>();

/** The encoded messages without the closing bracket of the list. */
function openList(messages: readonly WireMessage[]): Buffer {
  // Many conversations may share the first message (the instructions). The second belongs to one conversation.
  const owner = messages[1] ?? messages[0];
  if (owner === undefined) return opening;
  const past = conversations.recall(owner, messages);
  const added = messages.slice(past?.length ?? 0);
  if (past !== undefined && added.length === 0) return past.value;
  const text = added.map((message) => JSON.stringify(message)).join(',');
  const encoded =
    past === undefined
      ? Buffer.from(`[${text}`)
      : Buffer.concat([past.value, Buffer.from(`,${text}`)]);
  // Images are large, and their bytes are already in memory once.
  if (added.every(({ content }) => !Array.isArray(content))) {
    conversations.keep(owner, messages, encoded);
  }
  return encoded;
}

/** One member of the body, with a leading comma. */
const encodeOnce = memoizeLast((value: object, name: string) =>
  Buffer.from(`,"${name}":${JSON.stringify(value)}`),
);
