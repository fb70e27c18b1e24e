import { fileURLToPath } from 'node:url';
import { report } from '../setup/report.ts';
import { startCountingProxy } from './counting-proxy.ts';
import { formatProgress } from './format-scores.ts';
import { loadTaskSet, selectTasks } from './load-task-set.ts';
import type { SolveCommand } from './parse-solve-command.ts';
import { runTask } from './run-task.ts';
import { type SolverScore, type TaskScore, toSolverScore } from './score.ts';
import { createSolver } from './solvers/create-solver.ts';

/** Requests that lead to calls or an answer, for each input of the user; the same for every solver. */
const maxSteps = 8;

const ownTasks = fileURLToPath(new URL('../../tasks/bicycle-workshop.ts', import.meta.url));

/** Solves the tasks with each solver, one after the other, and returns a score for each solver. Throws `LaneError`. */
export async function solve(command: SolveCommand): Promise<SolverScore[]> {
  const set = await loadTaskSet(command.tasks ?? ownTasks);
  const tasks = selectTasks(set, command.only);
  const proxy = await startCountingProxy(command.baseURL);
  const { model, apiKey, maxTokens, taskSeconds } = command;
  const scores: SolverScore[] = [];
  try {
    for (const name of command.solvers) {
      const solver = await createSolver(name, {
        baseURL: proxy.url,
        model,
        apiKey,
        maxTokens,
        maxSteps,
      });
      const attempted: TaskScore[] = [];
      try {
        for (const task of tasks) {
          const score = await runTask(solver, task, { set, proxy, taskMs: taskSeconds * 1000 });
          report(formatProgress(name, score));
          attempted.push(score);
        }
      } finally {
        await solver.close();
      }
      scores.push(toSolverScore(name, attempted));
    }
  } finally {
    await proxy.close();
  }
  return scores;
}
