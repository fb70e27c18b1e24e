import { bounded } from '../../bounded.ts';
import { TurnwiseError, toError } from '../../errors.ts';
import type { ValueEffect } from '../state/effects.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { interruptible } from './interruption.ts';

/** A call of a function that the program passed. */
export interface ProgramCall<Result> extends Pick<ValueEffect<Result>, 'id' | 'name' | 'input'> {
  readonly execute: () => Result | Promise<Result>;
}

/**
 * Calls a function of the program as an effect and waits for its result, but not longer than the run: an abort throws an
 * `Interruption`. Throws `run_failed`, which names the function, for what the function throws.
 */
export function* callProgram<Context, Result>(
  run: Run<Context>,
  { name, id, input, execute }: ProgramCall<Result>,
): LoopGenerator<Result> {
  const { effects, signal } = run.setup;
  return yield* interruptible(run, id, function* () {
    try {
      return yield* awaitValue(
        effects.value({
          kind: 'function',
          id,
          name,
          repeat: 'safe',
          input,
          execute: () => bounded(signal, execute),
        }),
      );
    } catch (thrown) {
      if (thrown instanceof TurnwiseError) throw thrown;
      throw new TurnwiseError('run_failed', `${name} threw: ${toError(thrown).message}`, {
        cause: thrown,
      });
    }
  });
}
