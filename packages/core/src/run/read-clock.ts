import type { LoopGenerator } from './loop-generator.ts';
import { callProgram } from './program-function.ts';
import type { Run } from './run-setup.ts';

/** The time as the effect `id`, in milliseconds since 1970: the same in a replay. */
export function* readClock<Context>(run: Run<Context>, id: string): LoopGenerator<number> {
  return yield* callProgram(run, {
    name: 'clock',
    id,
    input: () => null,
    execute: () => Date.now(),
  });
}
