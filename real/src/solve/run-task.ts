import type { CountingProxy } from './counting-proxy.ts';
import { observeWorld } from './observe-world.ts';
import { judgeEnding, type TaskScore } from './score.ts';
import type { Solver } from './solvers/solver.ts';
import type { Task, TaskSet } from './task-set.ts';

/** What one solve needs apart from the solver. */
export interface TaskConditions {
  readonly set: TaskSet;
  readonly proxy: CountingProxy;
  /** Milliseconds after which a task is given up as an error. */
  readonly taskMs: number;
}

/** Solves one task in a fresh world, and judges it. */
export async function runTask(
  solver: Solver,
  task: Task,
  { set, proxy, taskMs }: TaskConditions,
): Promise<TaskScore> {
  const { world, calls, madeUp } = observeWorld(set.makeWorld(), [set.instructions, ...task.turns]);
  proxy.takeCounts();
  const startedAt = performance.now();
  const signal = AbortSignal.timeout(taskMs);
  const { instructions } = set;
  const ending = await solver.solve({ instructions, world, task, signal });
  const verdict = judgeEnding(task, ending, { state: world.state, calls });
  return {
    task: task.id,
    verdict,
    ...(ending.isAnswer
      ? { text: ending.text, ...(ending.output === undefined ? {} : { output: ending.output }) }
      : { error: ending.error, text: ending.message }),
    calls,
    madeUp,
    counts: proxy.takeCounts(),
    seconds: (performance.now() - startedAt) / 1000,
  };
}
