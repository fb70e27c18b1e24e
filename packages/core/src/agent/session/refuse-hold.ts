import { TurnwiseError } from '../../errors.ts';
import type { SessionNotes } from './session-store.ts';

/** Throws `calls_waiting` or `session_busy` if a run of an engine has the session. */
export function refuseHold(id: string, { hold }: SessionNotes): void {
  if (hold === undefined) return;
  const run = `The run "${hold.runId}" of the session "${id}"`;
  if (hold.waiting.length === 0) {
    throw new TurnwiseError(
      'session_busy',
      `${run} has not ended. Wait for its result, or add the input to that run.`,
    );
  }
  const calls = hold.waiting.map(({ callId, call }) => `"${call.name}" (${callId})`).join(', ');
  throw new TurnwiseError(
    'calls_waiting',
    `${run} waits for decisions on ${calls}. Decide with the engine that has the run, or abort that run.`,
  );
}
