import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { callProgram } from './program-function.ts';

/** The time as the effect `id`, in milliseconds since 1970: the same in a replay. */
export function* readClock<Context>(run: Run<Context>, id: string): LoopGenerator<number> {
  return yield* callProgram(run, {
    name: 'clock',
    id,
    input: () => null,
    execute: () => Date.now(),
  });
}
