import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall, Task } from '../src/solve/task-set.ts';
import { isUnchanged, type WorkshopState } from './workshop-state.ts';

/** The state, the answer and the calls at the end. */
interface TaskEnding {
  readonly state: WorkshopState;
  readonly text: string;
  readonly calls: readonly ExecutedCall[];
  readonly output: unknown;
}

/** A task of the workshop. */
export interface TaskParts extends Pick<Task, 'id' | 'turns' | 'output'> {
  /** Whether calls are necessary (a lucky guess is not a solution), wrong, or neither. @default 'needed' */
  readonly toolUse?: 'needed' | 'wrong' | 'optional';
  /** Without it, the task must not change anything. */
  readonly changes?: true;
  isRight(ending: TaskEnding): boolean;
}

/** Adds the rules that hold for every task of the workshop. */
export function defineTask({
  id,
  turns,
  output,
  toolUse = 'needed',
  changes,
  isRight,
}: TaskParts): Task {
  return {
    id,
    turns,
    ...(output === undefined ? {} : { output }),
    ok(anyState, text, calls, value) {
      const state = anyState as WorkshopState;
      if (toolUse === 'needed' && calls.length === 0) return false;
      if (toolUse === 'wrong' && calls.length > 0) return false;
      if (changes === undefined && !isUnchanged(state)) return false;
      return isRight({ state, text, calls, output: value });
    },
  };
}

/** Whether a text contains every one of these, without regard to case. */
export function has(text: string, ...wanted: (string | RegExp)[]): boolean {
  return wanted.every((each) =>
    each instanceof RegExp ? each.test(text) : text.toLowerCase().includes(each.toLowerCase()),
  );
}

/** The JSON Schema of an object with exactly these properties. */
export const form = (properties: JsonObject): JsonObject => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});

/** Whether an output is an object with exactly these values. */
export function isEqual(output: unknown, expected: JsonObject): boolean {
  if (typeof output !== 'object' || output === null) return false;
  const given = Object.entries(output);
  return (
    given.length === Object.keys(expected).length &&
    given.every(([key, value]) => expected[key] === value)
  );
}
