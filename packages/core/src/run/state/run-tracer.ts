import type { EngineStop } from '../../errors.ts';
import { isText, optional } from '../../json-check.ts';
import type { ModelSettings } from '../../model/model.ts';
import type { Effects } from './effects.ts';
import type { RunEvent } from './run-event.ts';
import { defineSlice, saved } from './state-slice.ts';

/** The run that a tracer is asked to record. */
export interface TracedRun {
  readonly runId: string;
  readonly conversationId: string;
  /** Name of the agent. */
  readonly agent: string;
  /** Id of the model on its server. */
  readonly model: string;
  readonly settings: ModelSettings;
  /** Whether replies are streamed. */
  readonly stream: boolean;
  /** Whether the answer has an output schema. */
  readonly hasOutput: boolean;
  /** The `id` of the trace that recorded the same run or conversation before, if this one continues from a saved state. */
  readonly previous: string | undefined;
  /** What executes the effects of the run. */
  readonly effects: Effects;
}

/** The record of one run. Its methods must not throw. */
export interface RunTrace {
  /** Identifies the trace; it is saved in the state of the run. */
  readonly id: string;
  /** The effects of the run, which execute each effect in the context of its trace. */
  readonly effects: Effects;
  /** Gets every event of the run, in order. */
  onEvent(event: RunEvent): void;
  /** Called instead of any event if the run is refused before it starts, for example because of its session. */
  onRefused(error: Error): void;
  /** Called after the last event if an engine stopped the run without ending it: it may continue in another process. */
  onEngineStop(stop: EngineStop): void;
}

/** Records runs, for example as spans. It never changes what a run does. */
export interface RunTracer {
  /** Whether requests report their messages, as with `observe: { messages: true }`. */
  readonly observesMessages: boolean;
  /** Called in the context of the program that starts the run. Returns `undefined` to record nothing. Must not throw. */
  startRun(run: TracedRun): RunTrace | undefined;
}

/** Which trace recorded the run. */
export const traceSlice = defineSlice({
  trace: saved((): string | undefined => undefined, optional(isText)),
});
