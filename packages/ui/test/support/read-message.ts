import type { AiUiChunk } from '@turnwise/ui';
import { readUIMessageStream, type UIMessage, type UIMessageChunk } from 'ai';

/** The message that the AI SDK makes of a stream: its last state, all states, and the errors. */
export async function readMessage(
  stream: ReadableStream<AiUiChunk>,
  message?: UIMessage,
): Promise<{ last: UIMessage | undefined; states: UIMessage[]; errors: string[] }> {
  const errors: string[] = [];
  const states: UIMessage[] = [];
  const read = readUIMessageStream({
    ...(message === undefined ? {} : { message }),
    stream: stream as ReadableStream<UIMessageChunk>,
    onError: (error) => errors.push(String((error as Error).message)),
  });
  for await (const state of read) states.push(state);
  return { last: states.at(-1), states, errors };
}

/** The text that a message shows. */
export function shownText(message: UIMessage | undefined): string {
  return (message?.parts ?? [])
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('|');
}
