import type { JsonValue } from '../json.ts';
import { parseIssuePath } from '../schema/check/issue-path.ts';
import { repairJson } from '../schema/json-text/repair-json.ts';
import type { SchemaIssue } from '../schema/schema.ts';

/** A value after repairs, and a note for each of them. */
export interface RepairedValue {
  readonly value: JsonValue;
  readonly repairs: readonly string[];
}

/**
 * Repairs a value at the places that a validation complained about, without inventing anything: text that is the JSON of
 * another value is decoded, and a property that is `null` or the word `undefined` is left out. Returns `undefined` if no place can be repaired. The
 * result may still be invalid: validate it before it is used.
 */
export function repairAtIssues(
  value: JsonValue,
  issues: readonly SchemaIssue[],
): RepairedValue | undefined {
  const whole = { value: structuredClone(value) as JsonValue };
  const repairs: string[] = [];
  for (const path of new Set(issues.map((issue) => issue.path))) {
    const repair = repairAt(whole, ['value', ...parseIssuePath(path)]);
    if (repair !== undefined) repairs.push(`${repair} at ${path === '' ? 'the top' : path}`);
  }
  return repairs.length === 0 ? undefined : { value: whole.value, repairs };
}

/** Changes the copy at a path and returns what was done. */
function repairAt(whole: object, path: readonly (string | number)[]): string | undefined {
  let holder: unknown = whole;
  for (const key of path.slice(0, -1)) holder = hasKey(holder, key) ? holder[key] : undefined;
  const key = path.at(-1);
  if (key === undefined || !hasKey(holder, key)) return undefined;
  const value = holder[key];
  // A property that may be missing is left out; a required one fails the next validation.
  const isProperty = path.length > 1 && !Array.isArray(holder);
  if (isProperty && (value === null || value === 'undefined')) {
    delete holder[key];
    return value === null ? 'left out null' : 'left out "undefined"';
  }
  const decoded = decode(value);
  if (decoded === undefined) return undefined;
  holder[key] = decoded;
  return 'decoded JSON inside a string';
}

type Holder = Record<string | number, JsonValue>;

function hasKey(holder: unknown, key: string | number): holder is Holder {
  return typeof holder === 'object' && holder !== null && Object.hasOwn(holder, key);
}

/** Only the schema knows that a text should be another value, so only a text that failed the validation is decoded. */
function decode(value: JsonValue | undefined): JsonValue | undefined {
  if (typeof value !== 'string') return undefined;
  const read = repairJson(value);
  return read.ok && typeof read.value !== 'string' ? read.value : undefined;
}
