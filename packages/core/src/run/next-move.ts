import { isNonEmpty, type NonEmpty } from '../json.ts';
import type { ToolCall } from '../turns/turn.ts';
import { findReachedLimit } from './limits.ts';
import type { StopReason } from './run-event.ts';
import type { Run } from './run-setup.ts';

/** What the loop does next. */
export type NextMove =
  | { readonly kind: 'step' }
  /** A limit is reached, and the model is to answer from what it has. */
  | { readonly kind: 'last-answer'; readonly reason: StopReason }
  | { readonly kind: 'finish'; readonly text: string }
  | { readonly kind: 'pause'; readonly waiting: NonEmpty<ToolCall> }
  | { readonly kind: 'stop'; readonly reason: StopReason };

/** Decides from the state alone, but for the user's own stop conditions, which are effects. */
export function nextMove<Context>(run: Run<Context>): NextMove | Promise<NextMove> {
  const { state } = run;
  const { transcript } = state;
  switch (transcript.awaits) {
    case 'user': {
      const last = transcript.turns.at(-1);
      return last?.role === 'assistant' && last.kind === 'text'
        ? { kind: 'finish', text: last.text }
        : { kind: 'stop', reason: 'aborted' };
    }
    case 'tool':
      // An aborted run waits for nobody: its open calls are closed as cancelled.
      return state.aborted === undefined
        ? pauseOrStep(transcript.openCalls.filter(({ id }) => state.undecided.includes(id)))
        : { kind: 'step' };
    case 'assistant':
      return decideOpen(run);
  }
}

function pauseOrStep(waiting: readonly ToolCall[]): NextMove {
  return isNonEmpty(waiting) ? { kind: 'pause', waiting } : { kind: 'step' };
}

/** The model's turn is next, if anything may still be asked of it. */
function decideOpen<Context>(run: Run<Context>): NextMove | Promise<NextMove> {
  const { state, setup } = run;
  if (state.aborted !== undefined) return { kind: 'stop', reason: state.aborted };
  if (state.loopsDetected > 1) return { kind: 'stop', reason: 'loop-detected' };
  if (setup.stopWhen.length === 0 || state.transcript.turns.at(-1)?.role !== 'tool') {
    return decideByLimits(run);
  }
  return wantsToStop(run).then((stops) =>
    stops ? { kind: 'stop', reason: 'stop-when' } : decideByLimits(run),
  );
}

function decideByLimits<Context>(run: Run<Context>): NextMove {
  const { state, setup } = run;
  const reached = findReachedLimit(run);
  if (reached === undefined) return { kind: 'step' };
  return setup.limits.onLimit === 'answer' && !state.isLastAnswer
    ? { kind: 'last-answer', reason: reached }
    : { kind: 'stop', reason: reached };
}

async function wantsToStop<Context>({ setup, state }: Run<Context>): Promise<boolean> {
  const { turns } = state.transcript;
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
