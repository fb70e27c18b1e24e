import { firstAsk } from './ask.ts';
import type { RunHappening } from './run-event.ts';
import type { Run } from './run-setup.ts';
import { addUsage, noUsage } from './run-state.ts';

/** Begins a step, or goes on with the one whose calls are still open. */
export function openStep<Context>(run: Run<Context>): RunHappening {
  const { state } = run;
  if (state.transcript.awaits !== 'tool') state.step += 1;
  state.stepRequests = 0;
  state.stepUsage = noUsage;
  return { type: 'step-started', phase: firstAsk(run).phase };
}

/** Ends a step and sums it up. */
export function closeStep<Context>({ state }: Run<Context>): RunHappening {
  const { step, stepUsage: usage, stepRequests: requests } = state;
  const last = state.transcript.turns.at(-1);
  state.usage = addUsage(state.usage, usage);
  state.stepUsage = noUsage;
  if (state.transcript.awaits !== 'tool') {
    const results = last?.role === 'tool' ? last.results : [];
    const calls = results.map(({ name, status }) => ({ name, status }));
    state.steps.push({ step, requests, usage, calls });
  }
  return { type: 'step-finished', usage };
}
