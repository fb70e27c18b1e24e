import { TurnwiseError } from '@turnwise/core';

/** The text of an error for a user: messages of errors can contain addresses and texts of servers. */
export function errorText(error: TurnwiseError): string {
  return `The agent could not answer (${error.code}).`;
}

/** What a run failed with. A store of the program may throw anything. */
export function toRunError(thrown: unknown): TurnwiseError {
  if (thrown instanceof TurnwiseError) return thrown;
  return new TurnwiseError('run_failed', 'The run failed.', { cause: thrown });
}
