import type { WireBody, WireMessage } from '../dialect/wire.ts';
import { GrowthMemory } from '../turns/growing-list.ts';

/**
 * The JSON text of a request: `body`, and `fields` laid over it. A conversation repeats itself in every request, so the
 * text of messages and of a list of tools is made once and kept with the objects; nobody may change those.
 */
export function bodyText(body: WireBody, fields: Readonly<Record<string, unknown>>): string {
  const { messages, tools, response_format: format, ...rest } = body;
  const members = [JSON.stringify({ ...rest, ...fields }).slice(1, -1)];
  if (!('messages' in fields)) members.push(`"messages":${messagesText(messages)}`);
  if (tools !== undefined && !('tools' in fields)) members.push(`"tools":${keep(tools)}`);
  if (format !== undefined && !('response_format' in fields)) {
    members.push(`"response_format":${keep(format)}`);
  }
  return `{${members.filter((member) => member !== '').join(',')}}`;
}

const conversations = new GrowthMemory<string>();

function messagesText(messages: readonly WireMessage[]): string {
  // The first message may be the instructions of many conversations; the second is one's own.
  const owner = messages[1] ?? messages[0];
  const past = owner === undefined ? undefined : conversations.recall(owner, messages);
  const said = past === undefined ? [] : [past.made];
  let isPlain = true;
  for (let at = past?.length ?? 0; at < messages.length; at++) {
    const message = messages[at] as WireMessage;
    isPlain &&= !Array.isArray(message.content);
    said.push(JSON.stringify(message));
  }
  const text = said.join(',');
  // The bytes of images are large and already kept once.
  if (owner !== undefined && isPlain) conversations.keep(owner, messages, text);
  return `[${text}]`;
}

const texts = new WeakMap<object, string>();

function keep(value: object): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
