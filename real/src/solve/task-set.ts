import type { JsonObject } from '@turnwise/core';

/** A tool of a small world. It changes the world's state and returns JSON. */
export interface TaskTool {
  readonly name: string;
  readonly description: string;
  readonly parameters: JsonObject;
  /** The parameters whose values must occur in the conversation. A part of the task set, so that nothing is tuned to a solver. */
  readonly grounded?: readonly string[];
  execute(input: JsonObject): unknown;
}

/** A fresh state and the tools that work on it. */
export interface World {
  readonly state: unknown;
  readonly tools: readonly TaskTool[];
}

/** A tool call that a solver made, with the arguments that the tool received. */
export interface ExecutedCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** What a user asks, and what must be true afterwards. */
export interface Task {
  readonly id: string;
  /** The user's inputs. The next one is sent after the answer to the one before. */
  readonly turns: readonly string[];
  /** The JSON Schema of the last answer; without one the answer is text. */
  readonly output?: JsonObject;
  /** Whether the state and the last answer are right. `output` is missing if the answer is text. */
  ok(state: unknown, text: string, calls: readonly ExecutedCall[], output: unknown): boolean;
}

/** Tasks in one small world. */
export interface TaskSet {
  readonly instructions: string;
  readonly tasks: readonly Task[];
  /** A world that no task has changed yet. */
  makeWorld(): World;
}
