import type { RunOutcome } from '../run/run-loop.ts';
import { type RunStateJson, saveRunState } from '../run/saved/saved-state.ts';
import { costOfRun } from '../run/state/cost.ts';
import { fixesSlice } from '../run/state/fixes.ts';
import type { RunLimits } from '../run/state/run-limits.ts';
import type { RunState } from '../run/state/run-state.ts';
import { stepSlice } from '../run/state/step.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ToolCall } from '../turns/turn.ts';
import { printShort } from './print-result.ts';
import type { PausedRun, RunResult } from './run-result.ts';
import { toRunSteps } from './to-run-steps.ts';

/** The result of a run for the program. */
export function toRunResult<Output, Call extends ToolCall>(
  state: RunState,
  outcome: RunOutcome,
  { partialText, prices }: { readonly partialText: string; readonly prices: RunLimits['prices'] },
): RunResult<Output, Call> {
  const { runId, transcript } = state;
  const { steps, usage } = stepSlice.of(state);
  const { fixes } = fixesSlice.of(state);
  let saved: RunStateJson | undefined;
  const common = printShort({
    runId,
    transcript,
    steps: toRunSteps(steps, transcript.turns),
    usage,
    cost: costOfRun(state, prices),
    fixes,
    /** The state does not change any more, and most programs never read it. */
    get state(): RunStateJson {
      saved ??= saveRunState(state);
      return saved;
    },
  });
  switch (outcome.kind) {
    case 'finish':
      return Object.assign(common, {
        status: 'completed' as const,
        text: outcome.text,
        // The output schema of the program guarantees the type.
        output: outcome.output as Output,
        // A run finishes only after an answer of the assistant.
        transcript: transcript as Transcript<'user'>,
      });
    case 'pause':
      // A call that waits was checked: it is a call of a tool of the program.
      return Object.assign(common, {
        status: 'paused' as const,
        waiting: outcome.waiting as PausedRun<Call>['waiting'],
      });
    case 'stop':
      return Object.assign(common, {
        status: 'stopped' as const,
        reason: outcome.reason,
        partialText: outcome.reason === 'aborted' ? partialText : '',
      });
  }
}
