import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { callProgram } from './program-function.ts';

/** The instructions of the agent. A function of the program is called as the effect `id`. */
export function* readInstructions<Context>(run: Run<Context>, id: string): LoopGenerator<string> {
  const { instructions, context } = run.setup;
  if (typeof instructions === 'string') return instructions;
  return yield* callProgram(run, {
    name: 'instructions',
    id,
    input: () => null,
    execute: () => instructions(context),
    returns: { expected: 'a string', accepts: (value) => typeof value === 'string' },
  });
}
