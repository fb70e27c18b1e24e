import type { WireBody, WireMessage } from '../dialect/wire.ts';
import { hideRepeats } from './hide-repeats.ts';

/**
 * Removes the texts of a request that a server repeats in its error: the user's text must not be read as the server's
 * message, and errors end up in logs. A text that the server cut off is found by its beginning.
 */
export function withoutEchoes(message: string, { messages }: WireBody): string {
  if (message.length < shortestEcho) return message;
  const isEscaped = message.includes('\\');
  let kept = message;
  for (const text of messages.flatMap(textsOf)) {
    const forms = isEscaped ? [text.trim(), JSON.stringify(text).slice(1, -1)] : [text.trim()];
    for (const form of forms) kept = hideRepeats(kept, form, { least: longEnough, mark: '…' });
  }
  return kept;
}

/** Shorter texts, such as "Yes.", can be part of any message by chance. */
const shortestEcho = 8;

/** Characters after which the beginning of a text cannot be there by chance. */
const longEnough = 32;

function textsOf(message: WireMessage): readonly string[] {
  const texts = 'tool_calls' in message ? message.tool_calls.map(argumentsOf) : contentOf(message);
  return texts.filter((text) => text.trim().length >= shortestEcho);
}

function argumentsOf(call: { readonly function: { readonly arguments: string } }): string {
  return call.function.arguments;
}

function contentOf({ content }: WireMessage): readonly string[] {
  if (typeof content === 'string') return [content];
  return (content ?? []).flatMap((part) => (part.type === 'text' ? [part.text] : []));
}
