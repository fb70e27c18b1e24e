import type { JsonValue } from '../../json.ts';
import { shorten } from '../../shorten.ts';

/** A short preview of a value for a message: at most 40 characters of its JSON, or `nothing` for `undefined`. */
export function describeValue(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return JSON.stringify(shorten(value, maxChars));
  return shorten(JSON.stringify(value), maxChars);
}

const maxChars = 41;
