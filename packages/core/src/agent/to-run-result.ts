import type { RunOutcome } from '../run/run-loop.ts';
import type { RunState } from '../run/run-state.ts';
import { saveRunState } from '../run/saved-state.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { RunResult } from './run-result.ts';

/** What the end of a run looks like to the program. */
export function toRunResult<Output>(
  state: RunState,
  outcome: RunOutcome,
  partialText: string,
): RunResult<Output> {
  const { runId, transcript, steps, usage, fixes } = state;
  const common = { runId, transcript, steps, usage, fixes, state: saveRunState(state) };
  switch (outcome.kind) {
    case 'finish':
      return {
        ...common,
        status: 'completed',
        text: outcome.text,
        // The schema that the program gave vouches for the type.
        output: outcome.output as Output,
        // A run finishes only once the assistant has answered.
        transcript: transcript as Transcript<'user'>,
      };
    case 'pause':
      return { ...common, status: 'paused', waiting: outcome.waiting };
    case 'stop':
      return {
        ...common,
        status: 'stopped',
        reason: outcome.reason,
        partialText: outcome.reason === 'aborted' ? partialText : '',
      };
  }
}
