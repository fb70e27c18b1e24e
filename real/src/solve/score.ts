import { addCounts, type Counts, noCounts } from './counts.ts';
import type { MadeUpValue } from './observe-world.ts';
import type { Ending } from './solvers/solver.ts';
import type { ExecutedCall, Task } from './task-set.ts';

/** `solved`: state and answer are right. `silently wrong`: the solver reported success, but one of them is wrong. */
export type Verdict = 'solved' | 'silently wrong' | 'error';

/** One task, attempted by one solver. */
export interface TaskScore {
  readonly task: string;
  readonly verdict: Verdict;
  /** The name of the error, if the solver reported one. */
  readonly error?: string;
  /** The answer or the message of the error. */
  readonly text: string;
  readonly output?: unknown;
  readonly calls: readonly ExecutedCall[];
  readonly madeUp: readonly MadeUpValue[];
  readonly counts: Counts;
  readonly seconds: number;
}

/** All tasks of one solver. */
export interface SolverScore {
  readonly solver: string;
  readonly attempted: number;
  readonly solved: number;
  readonly silentlyWrong: number;
  /** How often each error was reported. */
  readonly errors: Readonly<Record<string, number>>;
  /** Calls that ran with a made-up value of a grounded parameter. */
  readonly madeUp: number;
  readonly counts: Counts;
  readonly seconds: number;
  readonly tasks: readonly TaskScore[];
}

/** Judges how an attempt ended. An ending with an error is never solved, even if the state is right. */
export function judgeEnding(
  task: Task,
  ending: Ending,
  { state, calls }: { readonly state: unknown; readonly calls: readonly ExecutedCall[] },
): Verdict {
  if (!ending.isAnswer) return 'error';
  return task.ok(state, ending.text, calls, ending.output) ? 'solved' : 'silently wrong';
}

/** Adds up the tasks of a solver. */
export function toSolverScore(solver: string, tasks: readonly TaskScore[]): SolverScore {
  const errors: Record<string, number> = {};
  for (const { error } of tasks) if (error !== undefined) errors[error] = (errors[error] ?? 0) + 1;
  const count = (verdict: Verdict): number =>
    tasks.filter((task) => task.verdict === verdict).length;
  return {
    solver,
    attempted: tasks.length,
    solved: count('solved'),
    silentlyWrong: count('silently wrong'),
    errors,
    madeUp: tasks.filter(({ madeUp }) => madeUp.length > 0).length,
    counts: tasks.reduce((sum, { counts }) => addCounts(sum, counts), noCounts),
    seconds: tasks.reduce((sum, { seconds }) => sum + seconds, 0),
    tasks,
  };
}
