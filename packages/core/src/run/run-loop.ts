import { EngineStop, TurnwiseError, toError } from '../errors.ts';
import { askModel } from './ask-model.ts';
import { callTools, cancelOpenCalls } from './call-tools.ts';
import { reportNearLimits } from './limits/limits.ts';
import { startClock } from './limits/run-clock.ts';
import { type NextMove, nextMove } from './next-move.ts';
import { drainInbox } from './program/drain-inbox.ts';
import { Interruption } from './program/interruption.ts';
import { firstAttempt } from './request/compose-request.ts';
import { costOfRun } from './state/cost.ts';
import type { LoopGenerator } from './state/loop-generator.ts';
import type { RunEventBody, StopReason } from './state/run-event.ts';
import type { Run } from './state/run-setup.ts';
import { closeStep, openStep, stepSlice } from './state/step.ts';

/** How a run ended: with an answer, waiting for a decision, or stopped. */
export type RunOutcome = Extract<NextMove, { kind: 'finish' | 'pause' | 'stop' }>;

/** The loop. It continues from any state: a new input, answered calls, or open calls after a pause or a crash. */
export function* runLoop<Context>(
  run: Run<Context>,
  { resumed, cancelsOpenCalls }: { readonly resumed: boolean; readonly cancelsOpenCalls: boolean },
): LoopGenerator<RunOutcome> {
  yield { type: 'run-started', resumed };
  try {
    yield* startClock(run);
    if (cancelsOpenCalls) yield* cancelOpenCalls(run);
    while (true) {
      yield* drainInbox(run);
      const move = yield* nextMove(run);
      switch (move.kind) {
        case 'step':
          yield* takeStep(run);
          break;
        case 'last-answer':
          yield* takeStep(run, move.reason);
          break;
        case 'poll':
          break;
        default:
          yield describeEnd(run, move);
          return move;
      }
    }
  } catch (thrown) {
    if (thrown instanceof EngineStop) throw thrown;
    const { message } = toError(thrown);
    const code = thrown instanceof TurnwiseError ? thrown.code : 'run_failed';
    yield { type: 'run-failed', error: { code, message } };
    throw thrown;
  }
}

function describeEnd<Context>({ setup, state }: Run<Context>, end: RunOutcome): RunEventBody {
  const type = 'run-finished';
  const cost = costOfRun(state, setup.limits.prices);
  const totals = { usage: stepSlice.of(state).usage, ...(cost !== undefined && { cost }) };
  if (end.kind === 'stop') return { type, status: 'stopped', reason: end.reason, ...totals };
  return { type, status: end.kind === 'finish' ? 'completed' : 'paused', ...totals };
}

function* takeStep<Context>(run: Run<Context>, lastAnswerReason?: StopReason): LoopGenerator<void> {
  const { state } = run;
  const before = state.transcript;
  yield* openStep(run, { lastAnswerReason });
  yield { type: 'step-started', phase: firstAttempt(run).phase };
  let isStopped = false;
  try {
    if (state.transcript.awaits === 'assistant') yield* askModel(run);
    if (state.transcript.awaits === 'tool') yield* callTools(run);
    yield* reportNearLimits(run);
  } catch (thrown) {
    isStopped = thrown instanceof EngineStop;
    // An aborted wait ends the step; the next move reads why.
    if (!(thrown instanceof Interruption)) throw thrown;
  } finally {
    if (!isStopped) yield closeStep(run, before);
  }
}
