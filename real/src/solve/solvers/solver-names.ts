/** Everything that can solve, as named on the command line. */
export const solverNames = [
  'turnwise',
  'turnwise:native',
  'turnwise:prompted',
  'turnwise:guided',
  'turnwise:grounded',
  'ai-sdk',
  'openai-agents',
  'langchain',
] as const;

export type SolverName = (typeof solverNames)[number];

/** Whether a text names a solver. */
export function isSolverName(text: string): text is SolverName {
  return solverNames.some((name) => name === text);
}
