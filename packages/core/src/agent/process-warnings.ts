import { type TurnwiseError, toError } from '../errors.ts';

/** Warns that a run of this agent failed, and that nothing reads its events or its result. */
export function warnOfUnreadFailure(agent: string, error: TurnwiseError): void {
  process.emitWarning(
    `A run of agent "${agent}" failed, and nothing reads it (${error.code}): ${error.message} Iterate over the run, or await \`run.result\`.`,
    { code: 'TURNWISE_UNREAD_FAILURE' },
  );
}

/** Warns that the turns of a failed run could not be saved in its session. */
export function warnOfUnsavedSession(thrown: unknown): void {
  const { message } = toError(thrown);
  process.emitWarning(`The session of a failed run was not saved: ${message}`, {
    code: 'TURNWISE_SESSION',
  });
}

/** Warns that a store had not saved the turns of a stopped run when it had to end. */
export function warnOfLateSession(id: string): void {
  process.emitWarning(
    `The store of session "${id}" has not answered, and the run was stopped. It may still save the run; the next run of the session waits for it.`,
    { code: 'TURNWISE_SESSION' },
  );
}
