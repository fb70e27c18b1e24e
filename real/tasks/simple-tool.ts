import type { JsonObject } from '@turnwise/core';
import type { TaskTool } from '../src/solve/task-set.ts';

/** A tool that requires all of its parameters. It has no list of grounded parameters, so its ids are grounded. */
export function simpleTool(
  name: string,
  description: string,
  properties: JsonObject,
  execute: TaskTool['execute'],
): TaskTool {
  const required = Object.keys(properties);
  const parameters = { type: 'object', properties, required, additionalProperties: false };
  return { name, description, parameters, execute };
}

/** The JSON Schema of a text. */
export const text = (description: string): JsonObject => ({ type: 'string', description });

/** The JSON Schema of a whole number. */
export const wholeNumber = (description: string): JsonObject => ({ type: 'integer', description });

/** The rows of a table by one of their values. */
export function rowsBy<Key extends string, Row extends Record<Key, string | number>>(
  key: Key,
  rows: readonly Row[],
): Record<string, Row> {
  return Object.fromEntries(rows.map((row) => [row[key], row]));
}

/** Whether a text contains a part, without regard to case. */
export function includes(whole: string, part: unknown): boolean {
  return whole.toLowerCase().includes(String(part).toLowerCase());
}

/** The JSON Schema of one of these texts. */
export const choice = (description: string, values: readonly string[]): JsonObject => ({
  type: 'string',
  enum: [...values],
  description,
});
