import { bounded } from '../../bounded.ts';
import { describeGiven } from '../../describe-given.ts';
import { TurnwiseError, toError } from '../../errors.ts';
import { shorten } from '../../shorten.ts';
import type { ValueEffect } from '../state/effects.ts';
import { awaitValue, type LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { interruptible } from './interruption.ts';

/** A call of a function that the program passed. */
export interface ProgramCall<Result> extends Pick<ValueEffect<Result>, 'id' | 'name' | 'input'> {
  readonly execute: () => Result | Promise<Result>;
  /** What it must return. JavaScript does not check it, and a forgotten `return` must not run a tool without approval. */
  readonly returns?: Returned | undefined;
}

/** A check of what a function returns. `expected` completes the sentence "it must return …". */
export interface Returned {
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

/** For functions that answer a question. */
export const trueOrFalse: Returned = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
};

/**
 * Calls a function of the program as an effect and waits for its result, but not longer than the run: an abort throws an
 * `Interruption`. Throws `run_failed`, which names the function, if the function throws or returns a value of the wrong type.
 */
export function* callProgram<Context, Result>(
  run: Run<Context>,
  { name, id, input, execute, returns }: ProgramCall<Result>,
): LoopGenerator<Result> {
  const { effects, signal } = run.setup;
  return yield* interruptible(run, id, function* () {
    let result: Result;
    try {
      result = yield* awaitValue(
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
      const message = shorten(toError(thrown).message, 2_000);
      throw new TurnwiseError('run_failed', `${name} threw: ${message}`, { cause: thrown });
    }
    if (returns === undefined || returns.accepts(result)) return result;
    throw new TurnwiseError(
      'run_failed',
      `${name} returned ${describeGiven(result)}; it must return ${returns.expected}.`,
    );
  });
}
