import type { ParsedCall } from './dialect.ts';

/** A call of a reply that ended by length: even where its arguments parse, they may not be whole. */
export function cutCall(name: string, text: string): ParsedCall {
  return {
    name,
    arguments: {},
    unreadable: { text, problem: 'The reply was cut off by the output limit. Write less.' },
  };
}
