import { shorten } from '../shorten.ts';
import type { ToolCall } from '../turns/turn.ts';
import { wireName } from './wire-name.ts';

/** Longest text that is sent back, in characters: a reply that was cut can be very long. */
const maxChars = 1_000;

/**
 * What the model wrote for a call that could not be read; `undefined` for a call that was read. It is sent back in place of the
 * call: a call without arguments in the history would teach the model to make such calls.
 */
export function ownWords({ name, unreadable }: ToolCall): string | undefined {
  if (unreadable === undefined) return undefined;
  const written = shorten(unreadable.text, maxChars);
  const hasName = written.includes(name) || written.includes(wireName(name));
  return hasName ? written : `{"name": ${JSON.stringify(wireName(name))}, "arguments": ${written}}`;
}
