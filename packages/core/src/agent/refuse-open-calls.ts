import { TurnwiseError } from '../errors.ts';
import type { Transcript } from '../turns/transcript.ts';

/** Throws `calls_waiting` if calls of the conversation have no results, unless the program cancels them. */
export function refuseOpenCalls(transcript: Transcript, openCalls: 'refuse' | 'cancel'): void {
  if (transcript.awaits !== 'tool' || openCalls === 'cancel') return;
  const calls = transcript.openCalls.map(({ id, name }) => `"${name}" (${id})`).join(', ');
  throw new TurnwiseError(
    'calls_waiting',
    `Calls of this conversation wait for a decision: ${calls}. Decide with agent.resume(state, { decisions }), or pass { openCalls: "cancel" } to answer them as cancelled.`,
  );
}
