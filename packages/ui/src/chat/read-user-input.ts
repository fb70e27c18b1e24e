import type { AgentInput } from '@turnwise/core';
import { ChatError } from './chat-error.ts';

type InputPart = Exclude<AgentInput, string>[number];

/** The input of a message of the user: its texts, and its images as `data:` URLs. Throws a `ChatError` for other parts. */
export function readUserInput(parts: readonly unknown[]): AgentInput {
  const [first, ...others] = parts.map(readPart);
  if (first === undefined) throw new ChatError('invalid_request', 'The message is empty.');
  return [first, ...others];
}

function readPart(part: unknown): InputPart {
  const { type, text, url } = Object(part) as Readonly<Record<string, unknown>>;
  if (type === 'text' && typeof text === 'string') return { type, text };
  // Any other text would be the path of a file of the server, or an address in its network.
  if (type === 'file' && typeof url === 'string' && url.startsWith('data:image/')) {
    return { type: 'image', image: url };
  }
  throw new ChatError(
    'invalid_request',
    type === 'file'
      ? 'A file of the message is not an image as a `data:image/…` URL.'
      : `A part of the message has the type ${JSON.stringify(type)?.slice(0, 60)}. Send parts of the type "text" or "file".`,
  );
}
