import type { WireBody, WireMessage } from '../dialect/wire.ts';

/**
 * The JSON text of a request: `body`, and `fields` laid over it. A conversation repeats itself in every request, so the
 * text of each message and of a list of tools is made once and kept with the object; nobody may change those.
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

function messagesText(messages: readonly WireMessage[]): string {
  const texts = messages.map((message) =>
    // The bytes of images are large and already kept once.
    Array.isArray(message.content) ? JSON.stringify(message) : keep(message),
  );
  return `[${texts.join(',')}]`;
}

function keep(value: object): string {
  const known = kept.get(value);
  if (known !== undefined) return known;
  const text = JSON.stringify(value);
  kept.set(value, text);
  return text;
}
