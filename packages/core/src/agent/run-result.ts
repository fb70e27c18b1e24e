import type { Fix } from '../dialect/fix.ts';
import type { Usage } from '../dialect/wire.ts';
import type { JsonObject, NonEmpty } from '../json.ts';
import type { RunStateJson } from '../run/saved/saved-state.ts';
import type { WaitingCall } from '../run/state/decision.ts';
import type { StopReason } from '../run/state/run-event.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { ToolCall, ToolResult, ToolResultStatus } from '../turns/turn.ts';

/** A call of a step and its result. */
export interface StepCall {
  readonly id: string;
  readonly name: string;
  /** The arguments as the model sent them. */
  readonly arguments: JsonObject;
  readonly status: ToolResultStatus;
  /** What the model was sent; `forApp` is the tool's value for the program. */
  readonly result: ToolResult;
}

/** A finished step of a run. */
export interface RunStep {
  /** Number of the step, from 1. */
  readonly step: number;
  /** Requests that the step took. */
  readonly requests: number;
  readonly usage: Usage;
  /** The calls of the step; empty if the step gave the answer. */
  readonly calls: readonly StepCall[];
}

interface AnyResult {
  readonly runId: string;
  readonly transcript: Transcript;
  readonly steps: readonly RunStep[];
  /** Tokens of all requests of the run, as the server counted them. */
  readonly usage: Usage;
  /**
   * The cost of all requests of the run, in the currency of `limits.prices`; `undefined` if a model of the run has no price.
   * Cached tokens have their own price. Requests whose tokens the server did not count cost what their estimate costs.
   */
  readonly cost: number | undefined;
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
export interface PausedRun<Call extends ToolCall = ToolCall> extends AnyResult {
  readonly status: 'paused';
  /** The calls that wait. `waiting[0].call.name` decides the type of its arguments. */
  readonly waiting: NonEmpty<WaitingCall<Call>>;
}

/** A run that ended without an answer. */
export interface StoppedRun extends AnyResult {
  readonly status: 'stopped';
  readonly reason: StopReason;
  /** The streamed text of the answer that was aborted; it is not a turn. */
  readonly partialText: string;
}

/** How a run ended. Only a completed run has `output`. */
export type RunResult<Output = string, Call extends ToolCall = ToolCall> =
  | CompletedRun<Output>
  | PausedRun<Call>
  | StoppedRun;
