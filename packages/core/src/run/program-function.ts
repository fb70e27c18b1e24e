import { bounded } from '../bounded.ts';
import { TurnwiseError, toError } from '../errors.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { ValueEffect } from './effects.ts';
import { interruptible } from './interruption.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import type { Run } from './run-setup.ts';

/** A call of a function that the program passed. */
export interface ProgramCall<Result> extends Pick<ValueEffect<Result>, 'id' | 'name' | 'input'> {
  readonly execute: () => Result | Promise<Result>;
}

/**
 * Waits for checks that the program's schemas make, but not longer than the run. Checks that are done already need no effect:
 * most schemas are synchronous. Throws an `Interruption` if the run is aborted.
 */
export function* awaitChecks<Context, Result>(
  run: Run<Context>,
  id: string,
  checks: readonly (Result | Promise<Result>)[],
): LoopGenerator<readonly Result[]> {
  if (!checks.some(isPromiseLike)) return checks as readonly Result[];
  const checking = Promise.all(checks);
  checking.catch(() => undefined);
  // The results of checks are not JSON, so the effect only waits for them.
  yield* callProgram(run, {
    name: 'A schema',
    id,
    input: () => null,
    execute: () => checking.then(() => null),
  });
  return yield* awaitValue(checking);
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
