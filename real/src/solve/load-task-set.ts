import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LaneError } from '../setup/lane-error.ts';
import type { Task, TaskSet, TaskTool, World } from './task-set.ts';

/**
 * Imports a file of tasks. It exports `tasks` (`[{ id, turns, output?, ok }]`), a function whose name starts with `make`
 * and which returns `{ state, tools }`, and `instructions` (text, may be missing). Throws `tasks_invalid` with the
 * reason, also if a tool or a task is incomplete.
 */
export async function loadTaskSet(file: string): Promise<TaskSet> {
  const exported = await importFile(file);
  const found = Object.entries(exported).find(
    ([name, value]) => name.startsWith('make') && typeof value === 'function',
  );
  if (found === undefined) throw invalid(file, 'exports no function "make…()"');
  const make = found[1] as () => World;
  const { tasks, instructions = '' } = exported;
  if (!Array.isArray(tasks) || tasks.length === 0) throw invalid(file, 'exports no list "tasks"');
  if (typeof instructions !== 'string')
    throw invalid(file, 'exports "instructions" that are not a text');
  const problem = problemOf(make(), tasks);
  if (problem !== undefined) throw invalid(file, problem);
  return { instructions, tasks, makeWorld: make };
}

/** Chooses tasks by id, in the order of the set. Throws `invalid_arguments` for an id that does not exist. */
export function selectTasks(
  { tasks }: TaskSet,
  ids: readonly string[] | undefined,
): readonly Task[] {
  if (ids === undefined) return tasks;
  const missing = ids.find((id) => !tasks.some((task) => task.id === id));
  if (missing === undefined) return tasks.filter(({ id }) => ids.includes(id));
  const known = tasks.map(({ id }) => id).join(', ');
  throw new LaneError('invalid_arguments', `Unknown task "${missing}". Available: ${known}.`);
}

async function importFile(file: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(resolve(file)).href);
  } catch (cause) {
    throw new LaneError('tasks_invalid', `The tasks "${file}" cannot be loaded: ${String(cause)}`, {
      cause,
    });
  }
}

function problemOf({ tools }: World, tasks: readonly Task[]): string | undefined {
  if (!Array.isArray(tools)) return 'has a world without a list "tools"';
  const tool = tools.find((each) => !isTool(each));
  if (tool !== undefined) return `has a tool that is incomplete: ${JSON.stringify(tool)}`;
  const task = tasks.find((each) => !isTask(each));
  if (task !== undefined) return `has a task that is incomplete: ${JSON.stringify(task)}`;
  const ids = tasks.map(({ id }) => id);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  return twice === undefined ? undefined : `has two tasks with the id "${twice}"`;
}

function isTool(tool: Partial<TaskTool>): boolean {
  return (
    typeof tool.name === 'string' &&
    typeof tool.description === 'string' &&
    typeof tool.parameters === 'object' &&
    typeof tool.execute === 'function'
  );
}

function isTask(task: Partial<Task>): boolean {
  const { turns } = task;
  const hasTurns = Array.isArray(turns) && turns.length > 0;
  return (
    typeof task.id === 'string' &&
    hasTurns &&
    turns.every((turn) => typeof turn === 'string') &&
    typeof task.ok === 'function'
  );
}

function invalid(file: string, problem: string): LaneError {
  return new LaneError('tasks_invalid', `The file "${file}" ${problem}.`);
}
