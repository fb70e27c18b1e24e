import type { LoopGenerator } from './loop-generator.ts';
import { callProgram } from './program-function.ts';
import type { Run } from './run-setup.ts';

/** The instructions of the agent. A function of the program is called as the effect `id`. */
export function* readInstructions<Context>(run: Run<Context>, id: string): LoopGenerator<string> {
  const { instructions, context } = run.setup;
  if (typeof instructions === 'string') return instructions;
  return yield* callProgram(run, {
    name: 'instructions',
    id,
    input: () => null,
    execute: () => instructions(context),
  });
}
