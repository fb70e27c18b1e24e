import { isJsonObject, maxJsonDepth } from './json.ts';

/**
 * Checks a saved value. Returns the path of the first invalid part, such as `.usage.inputTokens` or `[3]`, or `''` for the
 * value itself; returns `undefined` if the value is valid.
 */
export type Check = (value: unknown) => string | undefined;

/** A check of the value itself. */
export function checkThat(isValid: (value: unknown) => boolean): Check {
  return (value) => (isValid(value) ? undefined : '');
}

/** A string. */
export const isText = checkThat((value) => typeof value === 'string');

/** A boolean. */
export const isFlag = checkThat((value) => typeof value === 'boolean');

/** A whole number of 0 or more. */
export const isCount = checkThat((value) => Number.isSafeInteger(value) && Number(value) >= 0);

/** A finite number above 0. */
export const isPositive = checkThat((value) => Number.isFinite(value) && Number(value) > 0);

/** One of some strings. */
export function oneOf(...allowed: readonly string[]): Check {
  return checkThat((value) => typeof value === 'string' && allowed.includes(value));
}

/** An object whose own named fields pass; other fields are ignored. */
export function objectOf(fields: Readonly<Record<string, Check>>): Check {
  const checks = Object.entries(fields).map(([name, check]) => ({ name, check }));
  return (value) => {
    if (!isJsonObject(value)) return '';
    for (const { name, check } of checks) {
      const problem = check(Object.hasOwn(value, name) ? value[name] : undefined);
      if (problem !== undefined) return `.${name}${problem}`;
    }
    return undefined;
  };
}

/** An object in which every value passes. */
export function recordOf(check: Check): Check {
  return (value) => {
    if (!isJsonObject(value)) return '';
    for (const [key, each] of Object.entries(value)) {
      const problem = check(each);
      if (problem !== undefined) return `[${JSON.stringify(key)}]${problem}`;
    }
    return undefined;
  };
}

/** A list in which every item passes. */
export function listOf(check: Check): Check {
  return (value) => {
    if (!Array.isArray(value)) return '';
    // Not `entries()` of the values alone: a list with holes must not pass.
    for (let at = 0; at < value.length; at++) {
      const problem = check(value[at]);
      if (problem !== undefined) return `[${at}]${problem}`;
    }
    return undefined;
  };
}

/** An object with any fields. */
export const isObject = checkThat(isJsonObject);

/** A value that may be missing. */
export function optional(check: Check): Check {
  return (value) => (value === undefined ? undefined : check(value));
}

/** Levels of a saved value: those of the JSON of a model, and those of the turns and fields around it. */
const maxLevels = maxJsonDepth + 20;

/**
 * The path of the first value that JSON cannot hold (a function, a symbol, a bigint), or that is nested too deeply for the
 * functions that read it, shortened; `undefined` if there is none. Safe for any depth, and for objects that contain themselves.
 */
export function findNotJson(value: unknown): string | undefined {
  return isNotJson(maxLevels, value) ? pathOf(keysTo(maxLevels, value)) : undefined;
}

function isNotJson(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return noJson.has(typeof value);
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const each of value) if (isNotJson(levels - 1, each)) return true;
    return false;
  }
  for (const key in value) {
    if (isNotJson(levels - 1, (value as Readonly<Record<string, unknown>>)[key])) return true;
  }
  return false;
}

const noJson: ReadonlySet<string> = new Set(['function', 'symbol', 'bigint']);

/** The keys from a value to the first part of it that is not JSON. */
function keysTo(levels: number, value: unknown): readonly string[] {
  if (levels === 0 || typeof value !== 'object' || value === null) return [];
  const entry = Object.entries(value).find(([, each]) => isNotJson(levels - 1, each));
  return entry === undefined ? [] : [entry[0], ...keysTo(levels - 1, entry[1])];
}

function pathOf(keys: readonly string[]): string {
  const isShort = keys.length <= 12;
  const shown = keys
    .slice(0, isShort ? 12 : 6)
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : `.${key}`));
  return isShort ? shown.join('') : `${shown.join('')}…`;
}
