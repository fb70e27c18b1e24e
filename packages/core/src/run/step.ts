import type { Transcript } from '../turns/transcript.ts';
import { firstAttempt } from './attempt.ts';
import type { RunEventBody } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noStep, noUsage } from './run-state.ts';

/** Begins a step, or goes on with the one whose calls are still open. */
export function openStep<Context>(run: Run<Context>): RunEventBody {
  const { state } = run;
  if (state.transcript.awaits !== 'tool') state.step += 1;
  state.stepRequests = 0;
  state.stepUsage = noUsage;
  return { type: 'step-started', phase: firstAttempt(run).phase };
}

/**
 * Ends a step, or its part before a pause, and sums it up. `before` is the transcript that it began with: a step that was
 * aborted or failed has added nothing to it, and the results that stand there are of the step before.
 */
export function closeStep<Context>({ state }: Run<Context>, before: Transcript): RunEventBody {
  const { step, stepUsage: usage, transcript } = state;
  state.usage = addUsage(state.usage, usage);
  state.stepUsage = noUsage;
  const soFar = {
    requests: state.pausedStep.requests + state.stepRequests,
    usage: addUsage(state.pausedStep.usage, usage),
  };
  if (transcript.awaits === 'tool') {
    state.pausedStep = soFar;
  } else {
    const last = transcript === before ? undefined : transcript.turns.at(-1);
    const results = last?.role === 'tool' ? last.results : [];
    const calls = results.map(({ name, status }) => ({ name, status }));
    state.steps.push({ step, requests: soFar.requests, usage: soFar.usage, calls });
    state.pausedStep = noStep;
  }
  return { type: 'step-finished', usage };
}
