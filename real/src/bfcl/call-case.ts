import { readFile } from 'node:fs/promises';
import type { JsonObject } from '@turnwise/core';
import { LaneError } from '../setup/lane-error.ts';
import type { AllowedCalls } from './allowed-answers.ts';

/** A call as a case expects it, or as the model made it. */
export interface CaseCall {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** One input with the tools that are offered, and the calls that are right. */
export interface CallCase {
  readonly id: string;
  readonly category: string;
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  readonly tools: readonly {
    readonly function: {
      readonly name: string;
      readonly description?: string;
      readonly parameters: JsonObject;
    };
  }[];
  /** Empty if no tool fits. */
  readonly expected: readonly CaseCall[];
  /** All values that the leaderboard allows for the expected calls; `undefined` if they are not known. */
  readonly allowed?: AllowedCalls | undefined;
  /** Whether the expected calls do not match the schemas of their tools. */
  readonly schemaInvalid?: boolean;
}

/** Reads a file with one case per line as JSON. Throws `tasks_invalid`. */
export async function readCases(file: string): Promise<readonly CallCase[]> {
  try {
    const lines = (await readFile(file, 'utf8')).split('\n');
    return lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line));
  } catch (cause) {
    throw new LaneError('tasks_invalid', `The cases "${file}" cannot be read: ${String(cause)}`, {
      cause,
    });
  }
}
