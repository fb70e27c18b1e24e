import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall, Task, World } from '../../src/solve/task-set.ts';

/** What a model without faults does in a task. */
export interface Solution {
  readonly calls?: readonly (readonly [name: string, input: JsonObject])[];
  readonly text?: string;
  readonly output?: JsonObject;
}

/** Makes the calls of a solution in a fresh world, and returns whether the task is solved. */
export async function judgeSolution(
  task: Task,
  { state, tools }: World,
  { calls = [], text = '', output }: Solution,
): Promise<boolean> {
  const executed: ExecutedCall[] = [];
  for (const [name, input] of calls) {
    const tool = tools.find((each) => each.name === name);
    if (tool === undefined) throw new Error(`There is no tool "${name}".`);
    executed.push({ name, arguments: input });
    await tool.execute(input);
  }
  return task.ok(state, text, executed, output);
}
