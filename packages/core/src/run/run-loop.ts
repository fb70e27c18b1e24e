import { TurnwiseError, toError } from '../errors.ts';
import { addFix } from './add-fix.ts';
import { askModel } from './ask-model.ts';
import { callTools } from './call-tools.ts';
import { closeOpenCalls } from './close-open-calls.ts';
import { drainInbox } from './drain-inbox.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import { type NextMove, nextMove } from './next-move.ts';
import { outputOf } from './output-of.ts';
import type { Run } from './run-setup.ts';
import { closeStep, openStep } from './step.ts';
import { reportNearLimits } from './tell-near-limits.ts';

/** How a run ended: with an answer, waiting for a human, or stopped. */
export type RunOutcome =
  | (Extract<NextMove, { kind: 'finish' }> & { readonly output: unknown })
  | Extract<NextMove, { kind: 'pause' | 'stop' }>;

/** The loop. It goes on from whatever the state holds: a new input, answered calls, open calls after a pause or a crash. */
export function* runLoop<Context>(
  run: Run<Context>,
  { resumed }: { readonly resumed: boolean },
): LoopGenerator<RunOutcome> {
  yield { type: 'run-started', resumed };
  try {
    if (!resumed) yield* closeOpenCalls(run);
    while (true) {
      yield* drainInbox(run);
      const move = yield* awaitValue(nextMove(run));
      switch (move.kind) {
        case 'step':
          // A run that was resumed with higher limits may act again.
          run.state.isLastAnswer = false;
          yield* takeStep(run);
          break;
        case 'last-answer':
          run.state.isLastAnswer = true;
          yield addFix(run, { kind: 'answered-at-limit', reason: move.reason });
          yield* takeStep(run);
          break;
        case 'finish': {
          const output = yield* awaitValue(outputOf(run, move.text));
          yield { type: 'run-finished', status: 'completed', usage: run.state.usage };
          return { ...move, output };
        }
        case 'pause':
          yield { type: 'run-finished', status: 'paused', usage: run.state.usage };
          return move;
        case 'stop':
          yield { type: 'run-finished', status: 'stopped', usage: run.state.usage };
          return move;
      }
    }
  } catch (thrown) {
    const { message } = toError(thrown);
    const code = thrown instanceof TurnwiseError ? thrown.code : 'run_failed';
    yield { type: 'run-failed', error: { code, message } };
    throw thrown;
  }
}

function* takeStep<Context>(run: Run<Context>): LoopGenerator<void> {
  const before = run.state.transcript;
  yield openStep(run);
  try {
    if (run.state.transcript.awaits === 'assistant') yield* askModel(run);
    if (run.state.transcript.awaits === 'tool') yield* callTools(run);
    yield* reportNearLimits(run);
  } finally {
    yield closeStep(run, before);
  }
}
