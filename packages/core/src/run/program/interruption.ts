import { EngineStop } from '../../errors.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';

/**
 * Thrown inside the loop when an abort of the run ended a wait. The loop catches it, reads its inbox and decides its next
 * move; it never leaves the loop.
 */
export class Interruption extends Error {}

/**
 * Runs a part of the loop that an abort of the run can end. Throws an `Interruption` if it failed and the run is aborted, and otherwise
 * what it threw. Whether the run is aborted is an effect, because the signal has no meaning in a replay; `id` is the id of
 * the effect that it awaits.
 */
export function* interruptible<Context, Result>(
  { setup }: Run<Context>,
  id: string,
  makeLoop: () => LoopGenerator<Result>,
): LoopGenerator<Result> {
  try {
    return yield* makeLoop();
  } catch (thrown) {
    if (thrown instanceof EngineStop) throw thrown;
    const isAborted = yield* awaitValue(
      setup.effects.value({
        kind: 'inbox',
        id: `${id}.inbox`,
        name: 'inbox',
        repeat: 'safe',
        input: () => null,
        execute: () => setup.inbox.isAborted,
      }),
    );
    throw isAborted ? new Interruption() : thrown;
  }
}
