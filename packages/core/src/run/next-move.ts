import { isNonEmpty, type NonEmpty } from '../json.ts';
import { findReachedLimit } from './limits/limits.ts';
import { loopGuardSlice, mustAnswer } from './limits/loop-guard.ts';
import { inboxSlice } from './program/drain-inbox.ts';
import { Interruption } from './program/interruption.ts';
import { callProgram, type Returned, trueOrFalse } from './program/program-function.ts';
import { hasOutput, readOutput } from './reply/accept-reply.ts';
import type { WaitingCall } from './state/decision.ts';
import type { LoopGenerator } from './state/loop-generator.ts';
import { openCallsSlice, waitingCalls } from './state/open-calls.ts';
import type { StopReason } from './state/run-event.ts';
import type { Run } from './state/run-setup.ts';
import { stepSlice } from './state/step.ts';

/** What the loop does next. */
export type NextMove =
  | { readonly kind: 'step' }
  /** A limit is reached or the calls repeat themselves, and the model gives a last answer from what it has. */
  | { readonly kind: 'last-answer'; readonly reason: StopReason }
  | { readonly kind: 'finish'; readonly text: string; readonly output: unknown }
  | { readonly kind: 'pause'; readonly waiting: NonEmpty<WaitingCall> }
  | { readonly kind: 'stop'; readonly reason: StopReason }
  /** An abort ended a wait: the inbox has the reason. */
  | { readonly kind: 'poll' };

/** Decides from the state, and from the stop conditions and the output schema of the program. */
export function* nextMove<Context>(run: Run<Context>): LoopGenerator<NextMove> {
  try {
    return yield* decide(run);
  } catch (thrown) {
    if (thrown instanceof Interruption) return { kind: 'poll' };
    throw thrown;
  }
}

function* decide<Context>(run: Run<Context>): LoopGenerator<NextMove> {
  const { transcript } = run.state;
  const { aborted } = inboxSlice.of(run.state);
  switch (transcript.awaits) {
    case 'user': {
      const last = transcript.turns.at(-1);
      const text = last?.role === 'assistant' && last.kind === 'text' ? last.text : undefined;
      if (text === undefined) return { kind: 'stop', reason: aborted ?? 'aborted' };
      if (aborted !== undefined && !hasOutput(run)) return { kind: 'stop', reason: aborted };
      return { kind: 'finish', text, output: yield* readOutput(run, text) };
    }
    case 'tool': {
      // An aborted run does not wait for decisions: its open calls are answered as cancelled.
      if (aborted !== undefined || !openCallsSlice.of(run.state).isExhausted) {
        return { kind: 'step' };
      }
      const waiting = waitingCalls(run.state);
      return isNonEmpty(waiting) ? { kind: 'pause', waiting } : { kind: 'step' };
    }
    case 'assistant':
      return yield* decideBeforeReply(run);
  }
}

function* decideBeforeReply<Context>(run: Run<Context>): LoopGenerator<NextMove> {
  const { state, setup } = run;
  const { aborted } = inboxSlice.of(state);
  if (aborted !== undefined) return { kind: 'stop', reason: aborted };
  if (loopGuardSlice.of(state).repliesWithLoop > 1) {
    return { kind: 'stop', reason: 'loop-detected' };
  }
  if (yield* meetsStopCondition(run)) return { kind: 'stop', reason: 'stop-when' };
  const reached = findReachedLimit(run);
  if (reached === undefined && mustAnswer(run)) {
    return { kind: 'last-answer', reason: 'loop-detected' };
  }
  if (reached === undefined) return { kind: 'step' };
  return setup.limits.onLimit === 'answer' && !stepSlice.of(state).isLastAnswer
    ? { kind: 'last-answer', reason: reached }
    : { kind: 'stop', reason: reached };
}

/** `stepCountIs` without its call returns a function, which would stop every run. */
const stopOrGoOn: Returned = { ...trueOrFalse, expected: 'true or false, as stepCountIs(8) does' };

function* meetsStopCondition<Context>(run: Run<Context>): LoopGenerator<boolean> {
  const { setup, state } = run;
  const { turns } = state.transcript;
  if (setup.stopWhen.length === 0 || turns.at(-1)?.role !== 'tool') return false;
  const { step, usage } = stepSlice.of(state);
  const view = { step, turns, usage };
  for (const [index, shouldStop] of setup.stopWhen.entries()) {
    const stops = yield* callProgram(run, {
      name: `stopWhen[${index}]`,
      id: `${step}.stop-when.${index}`,
      input: () => turns.length,
      execute: () => shouldStop(view),
      returns: stopOrGoOn,
    });
    if (stops) return true;
  }
  return false;
}
