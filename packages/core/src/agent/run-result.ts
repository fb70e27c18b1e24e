import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import type { NonEmpty } from '../json.ts';
import type { StopReason } from '../run/run-event.ts';
import type { StepSummary } from '../run/run-state.ts';
import type { RunStateJson } from '../run/saved-state.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ToolCall } from '../turns/turn.ts';

interface AnyResult {
  readonly runId: string;
  readonly transcript: Transcript;
  readonly steps: readonly StepSummary[];
  /** Tokens of every request of the run. */
  readonly usage: Usage;
  /** Every repair that was made, in order. */
  readonly fixes: readonly Fix[];
  /** Plain JSON; `agent.resume(state)` goes on from it. */
  readonly state: RunStateJson;
}

/** A run that ended with an answer. */
export interface CompletedRun<Output> extends AnyResult {
  readonly status: 'completed';
  readonly output: Output;
  /** The answer as the model wrote it. */
  readonly text: string;
  readonly transcript: Transcript<'user'>;
}

/** A run that waits for a human's word on calls. Go on with `agent.resume(state, { decisions })`. */
export interface PausedRun extends AnyResult {
  readonly status: 'paused';
  /** The calls that wait. */
  readonly waiting: NonEmpty<ToolCall>;
}

/** A run that ended without an answer. */
export interface StoppedRun extends AnyResult {
  readonly status: 'stopped';
  readonly reason: StopReason;
  /** What an aborted answer had said so far; it is no turn. */
  readonly partialText: string;
}

/** How a run ended. `output` exists on a completed run only. */
export type RunResult<Output = string> = CompletedRun<Output> | PausedRun | StoppedRun;
