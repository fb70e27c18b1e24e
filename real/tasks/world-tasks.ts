import type { JsonObject } from '@turnwise/core';
import type { ExecutedCall, Task, TaskTool } from '../src/solve/task-set.ts';
import { has } from './define-task.ts';
import { hasInPlainMarks } from './plain-marks.ts';

/** How a task ended. */
interface WorldEnding<State> {
  readonly state: State;
  readonly text: string;
  readonly output: unknown;
}

interface TaskOptions {
  /** The JSON Schema of a typed answer. */
  readonly output?: JsonObject;
  /** Whether calls are necessary (a lucky guess is not a solution), wrong, or neither. @default 'needed' */
  readonly calls?: 'needed' | 'wrong' | 'optional';
}

type IsRight<State> = (ending: WorldEnding<State>) => boolean;

/** What the tasks of one world are written with. A change of the state that a task does not expect is always wrong. */
export function worldTasks<State>(makeState: () => State) {
  /** Whether a state is a fresh one with exactly this change. */
  const isOnlyChange = (state: State, change?: (expected: State) => void): boolean => {
    const expected = makeState();
    change?.(expected);
    return JSON.stringify(state) === JSON.stringify(expected);
  };
  return {
    isOnlyChange,
    /** Nothing changed, and the answer has all of these. */
    answers:
      (...wanted: (string | RegExp)[]): IsRight<State> =>
      ({ state, text }) =>
        isOnlyChange(state) && has(text, ...wanted),
    /** Like `answers`, but typographic hyphens, apostrophes and spaces count as the plain ones. */
    replies:
      (...wanted: (string | RegExp)[]): IsRight<State> =>
      ({ state, text }) =>
        isOnlyChange(state) && hasInPlainMarks(text, ...wanted),
    /** Nothing changed, and the typed answer has these values. */
    fills:
      (expected: Readonly<Record<string, string | number | boolean | RegExp>>): IsRight<State> =>
      ({ state, output }) => {
        const given: Readonly<Record<string, unknown>> = Object(output);
        return (
          isOnlyChange(state) &&
          Object.entries(expected).every(([key, value]) =>
            value instanceof RegExp ? value.test(String(given[key])) : given[key] === value,
          )
        );
      },
    /** Exactly this changed. */
    changes:
      (change: (expected: State) => void): IsRight<State> =>
      ({ state }) =>
        isOnlyChange(state, change),
    task(
      id: string,
      turns: readonly string[],
      isRight: IsRight<State>,
      { output, calls = 'needed' }: TaskOptions = {},
    ): Task {
      return {
        id,
        turns,
        ...(output === undefined ? {} : { output }),
        ok(state, text, executed: readonly ExecutedCall[], value) {
          if (calls === 'needed' && executed.length === 0) return false;
          if (calls === 'wrong' && executed.length > 0) return false;
          return isRight({ state: state as State, text, output: value });
        },
      };
    },
  };
}

/** A refusal in an answer, in any wording. */
export const refusal =
  /\bnot?\b|n['’]t\b|cannot|unable|already|full|impossible|only|sorry|fail|error|invalid/i;

/** Makes a tool of a world. All parameters are required, apart from those of `optional`. */
export function worldTool(
  name: string,
  description: string,
  properties: JsonObject,
  {
    optional = [],
    grounded = [],
    execute,
  }: Pick<TaskTool, 'grounded' | 'execute'> & { readonly optional?: readonly string[] },
): TaskTool {
  const required = Object.keys(properties).filter((each) => !optional.includes(each));
  const parameters = { type: 'object', properties, required, additionalProperties: false };
  return { name, description, parameters, grounded, execute };
}
