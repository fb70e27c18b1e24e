import { isJsonObject, type JsonObject } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import { checkValue } from '../schema/check/check-value.ts';
import type { Schema, SchemaIssue, Validation } from '../schema/schema.ts';
import { findDroppedKeys } from './dropped-keys.ts';
import { repairAtIssues } from './repair-at-issues.ts';

/** Arguments that a tool's schema accepts, or what is wrong with them. */
export type CheckedArguments =
  | {
      readonly ok: true;
      /** The validated arguments: defaults are filled in, transforms applied. */
      readonly input: unknown;
      /** The arguments that the schema got, after repairs. */
      readonly repaired: JsonObject;
      /** What was repaired before the schema accepted the arguments. */
      readonly repairs: readonly string[];
      /** The paths of the arguments that the schema dropped. */
      readonly droppedKeys: readonly string[];
    }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/**
 * Validates the arguments of a call. If they are not valid, values are repaired at the places of the issues, and the result
 * counts only if the whole is valid then; otherwise the issues are those of the arguments as written. Never throws or
 * rejects; synchronous if the schema is.
 */
export function checkArguments(
  schema: Schema,
  written: JsonObject,
): CheckedArguments | Promise<CheckedArguments> {
  const start: Attempt = { schema, written, value: written, repairs: [] };
  return then(checkValue(schema, written), (checked) =>
    checked.ok ? accept(start, checked.value) : repair(start, checked.issues, checked.issues),
  );
}

/** A decoded value can contain more values to decode, but not more often than this. */
const maxRounds = 6;

interface Attempt {
  readonly schema: Schema;
  readonly written: JsonObject;
  readonly value: JsonObject;
  readonly repairs: readonly string[];
}

function repair(
  attempt: Attempt,
  issues: readonly SchemaIssue[],
  firstIssues: readonly SchemaIssue[],
  roundsLeft = maxRounds,
): CheckedArguments | Promise<CheckedArguments> {
  const failed: CheckedArguments = { ok: false, issues: firstIssues };
  const repaired = repairAtIssues(attempt.value, issues);
  if (roundsLeft === 0 || repaired === undefined || !isJsonObject(repaired.value)) return failed;
  const { value } = repaired;
  const next = { ...attempt, value, repairs: [...attempt.repairs, ...repaired.repairs] };
  return then(checkValue(attempt.schema, value), (checked) =>
    checked.ok
      ? accept(next, checked.value)
      : repair(next, checked.issues, firstIssues, roundsLeft - 1),
  );
}

function accept({ schema, value, repairs }: Attempt, input: unknown): CheckedArguments {
  return {
    ok: true,
    input,
    repaired: value,
    repairs,
    droppedKeys: droppedKeysOf(value, input, schema),
  };
}

/** A transform of the program can return an object whose fields cannot be read. */
function droppedKeysOf(value: JsonObject, input: unknown, schema: Schema): readonly string[] {
  try {
    return findDroppedKeys(value, input, schema.jsonSchema);
  } catch {
    return [];
  }
}

function then<Result>(
  checked: Validation<unknown> | Promise<Validation<unknown>>,
  next: (checked: Validation<unknown>) => Result | Promise<Result>,
): Result | Promise<Result> {
  return isPromiseLike(checked) ? checked.then(next) : next(checked);
}
