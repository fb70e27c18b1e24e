import type { TurnwiseError } from '@turnwise/core';

/** The text of an error for a user: messages of errors can contain addresses and texts of servers. */
export function errorText(error: TurnwiseError): string {
  return `The agent could not answer (${error.code}).`;
}
