import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import type { NonEmpty } from '../json.ts';
import type { StopReason } from '../run/run-event.ts';
import type { RunStateJson } from '../run/saved-state.ts';
import type { StepSummary } from '../run/step.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ToolCall } from '../turns/turn.ts';

interface AnyResult {
  readonly runId: string;
  readonly transcript: Transcript;
  readonly steps: readonly StepSummary[];
  /** Tokens of all requests of the run. */
  readonly usage: Usage;
  /** Every change that the framework made to a reply, a request or the history, in order. */
  readonly fixes: readonly Fix[];
  /** Plain JSON; `agent.resume(state)` continues from it. */
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

/** A run that waits for decisions on calls. Continue with `agent.resume(state, { decisions })`. */
export interface PausedRun extends AnyResult {
  readonly status: 'paused';
  /** The calls that wait. */
  readonly waiting: NonEmpty<ToolCall>;
}

/** A run that ended without an answer. */
export interface StoppedRun extends AnyResult {
  readonly status: 'stopped';
  readonly reason: StopReason;
  /** The streamed text of the answer that was aborted; it is not a turn. */
  readonly partialText: string;
}

/** How a run ended. Only a completed run has `output`. */
export type RunResult<Output = string> = CompletedRun<Output> | PausedRun | StoppedRun;
