import type { WireBody, WireMessage } from '../dialect/wire.ts';
import { PrefixCache } from '../turns/prefix-cache.ts';

/**
 * The JSON of a request, as UTF-8: `body`, and `fields` laid over it. A conversation repeats itself in every request, so the
 * bytes of messages and of a list of tools are made once and kept with the objects; nobody may change those.
 */
export function bodyBytes(body: WireBody, fields: Readonly<Record<string, unknown>>): Buffer {
  const { messages, tools, response_format: format } = body;
  const others = JSON.stringify({ ...body, ...encodedSeparately, ...fields }).slice(0, -1);
  const pieces: Buffer[] = [];
  if ('messages' in fields) pieces.push(Buffer.from(others));
  else {
    const comma = others === '{' ? '' : ',';
    pieces.push(Buffer.from(`${others}${comma}"messages":`), openList(messages), closingList);
  }
  if (tools !== undefined && !('tools' in fields)) pieces.push(encodeOnce('tools', tools));
  if (format !== undefined && !('response_format' in fields)) {
    pieces.push(encodeOnce('response_format', format));
  }
  pieces.push(closing);
  return Buffer.concat(pieces);
}

const encodedSeparately = { messages: undefined, tools: undefined, response_format: undefined };

const opening = Buffer.from('[');
const closingList = Buffer.from(']');
const closing = Buffer.from('}');

const conversations = new PrefixCache<Buffer>();

/** The messages, without the bracket that closes their list. */
function openList(messages: readonly WireMessage[]): Buffer {
  // The first message may be the instructions of many conversations; the second is one's own.
  const owner = messages[1] ?? messages[0];
  if (owner === undefined) return opening;
  const past = conversations.recall(owner, messages);
  const fresh = messages.slice(past?.length ?? 0);
  if (past !== undefined && fresh.length === 0) return past.made;
  const text = fresh.map((message) => JSON.stringify(message)).join(',');
  const encoded =
    past === undefined
      ? Buffer.from(`[${text}`)
      : Buffer.concat([past.made, Buffer.from(`,${text}`)]);
  // The bytes of images are large and already kept once.
  if (fresh.every(({ content }) => !Array.isArray(content))) {
    conversations.keep(owner, messages, encoded);
  }
  return encoded;
}

const kept = new WeakMap<object, Buffer>();

/** A member of the body, behind another one. */
function encodeOnce(name: string, value: object): Buffer {
  const known = kept.get(value);
  if (known !== undefined) return known;
  const bytes = Buffer.from(`,"${name}":${JSON.stringify(value)}`);
  kept.set(value, bytes);
  return bytes;
}
