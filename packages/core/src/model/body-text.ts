import type { WireBody, WireMessage } from '../dialect/wire.ts';
import { GrowthMemory } from '../turns/growing-list.ts';

/**
 * The JSON text of a request: `body`, and `fields` laid over it. A conversation repeats itself in every request, so the
 * text of messages and of a list of tools is made once and kept with the objects; nobody may change those.
 */
export function bodyText(body: WireBody, fields: Readonly<Record<string, unknown>>): string {
  const members: string[] = [];
  const add = (name: string, text: string | undefined) => {
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`);
  };
  for (const [name, value] of Object.entries({ ...fields, ...body, ...fields })) {
    add(name, keptText(body, name, value) ?? JSON.stringify(value));
  }
  return `{${members.join(',')}}`;
}

/** The text of what dialects make once; `undefined` for any other member, and for one that was laid over the body. */
function keptText(body: WireBody, name: string, value: unknown): string | undefined {
  const { messages, tools, response_format: format } = body;
  if (name === 'messages' && value === messages) return messagesText(messages);
  if (name === 'tools' && tools !== undefined && value === tools) return keep(tools);
  if (name === 'response_format' && format !== undefined && value === format) return keep(format);
  return undefined;
}

const kept = new WeakMap<object, string>();

const conversations = new GrowthMemory<string>();

function messagesText(messages: readonly WireMessage[]): string {
  // The first message may be the instructions of many conversations; the second is one's own.
  const owner = messages[1] ?? messages[0];
  const past = owner === undefined ? undefined : conversations.recall(owner, messages);
  const texts = past === undefined ? [] : [past.made];
  let isPlain = true;
  for (let at = past?.length ?? 0; at < messages.length; at++) {
    const message = messages[at] as WireMessage;
    isPlain &&= !Array.isArray(message.content);
    texts.push(JSON.stringify(message));
  }
  const text = texts.join(',');
  // The bytes of images are large and already kept once.
  if (owner !== undefined && isPlain) conversations.keep(owner, messages, text);
  return `[${text}]`;
}

function keep(value: object): string {
  const known = kept.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  kept.set(value, text);
  return text;
}
