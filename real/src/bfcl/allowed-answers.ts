import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '@turnwise/core';
import { LaneError } from '../setup/lane-error.ts';

/** For each call, its name with the values that each argument may have. `""` among them: the argument may be left out. */
export type AllowedCalls = readonly Readonly<Record<string, AllowedArguments>>[];

/** The values that each argument of a call may have. */
export type AllowedArguments = Readonly<Record<string, readonly JsonValue[]>>;

interface AnswerLine {
  readonly id: string;
  readonly ground_truth: AllowedCalls;
}

/**
 * Reads the answers that the leaderboard allows, by the id of their case, from the files `*.json` of a folder with one answer
 * per line. Throws `tasks_invalid`.
 */
export async function readAllowedCalls(folder: string): Promise<ReadonlyMap<string, AllowedCalls>> {
  try {
    const files = (await readdir(folder)).filter((name) => name.endsWith('.json'));
    const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.trim() !== '');
    return new Map(
      lines.map((line) => {
        const { id, ground_truth }: AnswerLine = JSON.parse(line);
        return [id, ground_truth];
      }),
    );
  } catch (cause) {
    throw new LaneError(
      'tasks_invalid',
      `The answers in "${folder}" cannot be read: ${String(cause)}`,
      {
        cause,
      },
    );
  }
}

/** Whether the arguments of a call are allowed, by the rules of the leaderboard. */
export function isAllowed(given: JsonObject, allowed: AllowedArguments): boolean {
  const hasOnlyAllowed = Object.entries(given).every(([name, value]) =>
    allowed[name]?.some((each) => isSameValue(each, value)),
  );
  return (
    hasOnlyAllowed &&
    Object.entries(allowed).every(([name, values]) => name in given || values.includes(''))
  );
}

/** Inside an object, each value has its own list of values. */
function isSameValue(allowed: JsonValue, given: JsonValue): boolean {
  if (typeof allowed === 'string' && typeof given === 'string') {
    return plainText(allowed) === plainText(given);
  }
  if (Array.isArray(allowed) && Array.isArray(given)) {
    return (
      allowed.length === given.length &&
      allowed.every((each, place) => isSameValue(each, given[place] ?? null))
    );
  }
  if (isObject(allowed) && isObject(given)) return isAllowed(given, listsIn(allowed));
  return allowed === given;
}

function listsIn(allowed: JsonObject): AllowedArguments {
  return Object.fromEntries(
    Object.entries(allowed).map(([name, values]) => [
      name,
      Array.isArray(values) ? values : [values],
    ]),
  );
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text without case, white space and punctuation. */
export function plainText(text: string): string {
  return text.toLowerCase().replace(/[\s,./\-_*^'"’()]/g, '');
}
