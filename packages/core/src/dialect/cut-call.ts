import type { ParsedCall } from './dialect.ts';

/** A call of a reply that was cut at the output limit. Its arguments may be incomplete even if they parse. */
export function cutCall(name: string, text: string): ParsedCall {
  return {
    name,
    arguments: {},
    unreadable: {
      text,
      problem: 'The reply was cut off at the output limit. Write a shorter reply.',
    },
  };
}
