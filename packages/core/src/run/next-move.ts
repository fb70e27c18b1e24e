import type { NonEmpty } from '../json.ts';
import type { ToolCall } from '../turns/turn.ts';
import type { StopReason } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** What the loop does next. */
export type NextMove =
  | { readonly kind: 'step' }
  | { readonly kind: 'finish'; readonly text: string }
  | { readonly kind: 'pause'; readonly waiting: NonEmpty<ToolCall> }
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** Decides from the state alone, but for the user's own stop conditions, which are effects. */
export async function nextMove<Context>(run: Run<Context>): Promise<NextMove> {
  const { state, setup } = run;
  const { transcript } = state;
  switch (transcript.awaits) {
    case 'user': {
      const last = transcript.turns.at(-1);
      if (last?.role === 'assistant' && last.kind === 'text') {
        return { kind: 'finish', text: last.text };
      }
      return { kind: 'stop', reason: 'aborted' };
    }
    case 'tool':
      return isWaiting(run) ? { kind: 'pause', waiting: transcript.openCalls } : { kind: 'step' };
    case 'assistant':
      if (state.isAborted) return { kind: 'stop', reason: 'aborted' };
      if (await wantsToStop(run)) return { kind: 'stop', reason: 'stop-when' };
      return state.step < setup.limits.maxSteps
        ? { kind: 'step' }
        : { kind: 'stop', reason: 'max-steps' };
  }
}

/** Open calls wait for a human, unless the run was aborted: then they are closed as cancelled. */
function isWaiting<Context>({ state }: Run<Context>): boolean {
  return !state.isAborted && state.undecided.length > 0;
}

async function wantsToStop<Context>({ setup, state }: Run<Context>): Promise<boolean> {
  const { turns } = state.transcript;
  if (setup.stopWhen.length === 0 || turns.at(-1)?.role !== 'tool') return false;
  const view = { step: state.step, turns, usage: state.usage };
  for (const [index, shouldStop] of setup.stopWhen.entries()) {
    const stops = await setup.effects.value({
      kind: 'function',
      id: `${state.step}.stop-when.${index}`,
      input: () => turns.length,
      execute: () => shouldStop(view),
    });
    if (stops) return true;
  }
  return false;
}
