import type { RunSetup } from '../run/state/run-setup.ts';
import type { RunState } from '../run/state/run-state.ts';
import { type RunTrace, type RunTracer, traceSlice } from '../run/state/run-tracer.ts';

/** Asks the tracer of an agent to record a run; the state keeps the id of the trace. `undefined` if nothing is recorded. */
export function startTrace<Context>(
  tracer: RunTracer | undefined,
  agent: string,
  { model, settings, stream, output, effects }: RunSetup<Context>,
  state: RunState,
): RunTrace | undefined {
  if (tracer === undefined) return undefined;
  const { runId, conversationId } = state;
  const saved = traceSlice.of(state);
  const trace = tracer.startRun({
    runId,
    conversationId,
    agent,
    model: model.id,
    settings,
    stream,
    hasOutput: output !== undefined,
    previous: saved.trace,
    effects,
  });
  if (trace !== undefined) saved.trace = trace.id;
  return trace;
}
