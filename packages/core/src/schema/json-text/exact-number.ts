import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { shorten } from '../../shorten.ts';
import { rootPlace, type SchemaPlace } from '../json-schema/schema-place.ts';

/**
 * Whether JavaScript can hold the number of a JSON literal: not an integer beyond 2^53 that would become another integer, not
 * a number that would become `Infinity` or 0. Digits of fractions are rounded, as every JSON parser does.
 */
export function isExactNumber(literal: string): boolean {
  // Any number of so few digits and no exponent is exact, and most numbers are such.
  if (literal.length < 16 && !/e/i.test(literal)) return true;
  const value = Number(literal);
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/.test(literal.replace(/e.*$/i, ''));
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER || digitsOf(literal) === digitsOf(`${value}`);
}

/** Whether a JSON text may hold a number that is not exact. Quick; it may be true for other texts. */
export function mayHoldLargeNumber(text: string): boolean {
  return /\d{16}|\d\.?\d*e[+-]?\d{2}/i.test(text);
}

/** What is wrong with a number that JavaScript cannot hold, for the model. */
export function explainLargeNumber(digits: string): string {
  return `the number ${shorten(digits, 41)} is too large to be exact`;
}

/**
 * The first number of `largeNumbers` whose place in the schema does not take a string; `undefined` if there is none.
 * The value holds these numbers as strings of their digits.
 */
export function findMisplacedNumber(
  value: JsonValue,
  schema: JsonObject,
  largeNumbers: readonly string[],
): string | undefined {
  if (largeNumbers.length === 0) return undefined;
  return findAt(value, rootPlace(schema), new Set(largeNumbers));
}

function findAt(
  value: JsonValue,
  place: SchemaPlace,
  largeNumbers: ReadonlySet<string>,
): string | undefined {
  if (typeof value === 'string') {
    return largeNumbers.has(value) && !place.takesText ? value : undefined;
  }
  if (!Array.isArray(value) && !isJsonObject(value)) return undefined;
  for (const [key, item] of Object.entries(value)) {
    const found = findAt(item as JsonValue, place.child(key), largeNumbers);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The digits that decide the size of a number, without sign, point, exponent and zeros at both ends. */
function digitsOf(literal: string): string {
  return literal
    .replace(/e.*$/i, '')
    .replace(/[-+.]/g, '')
    .replace(/^0+|0+$/g, '');
}
