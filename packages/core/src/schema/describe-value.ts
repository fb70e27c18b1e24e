import type { JsonValue } from '../json.ts';

/** A short preview of a value for a message: JSON, at most 40 characters of it, or `nothing`. */
export function describeValue(value: JsonValue | undefined): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'string') return describeText(value);
  const json = JSON.stringify(value);
  if (json.length <= maxChars) return json;
  return `${cut(json)}…`;
}

const maxChars = 40;

function describeText(text: string): string {
  return text.length <= maxChars ? JSON.stringify(text) : JSON.stringify(`${cut(text)}…`);
}

function cut(text: string): string {
  // Half of a surrogate pair is no character: better one character less.
  return text.slice(0, maxChars).replace(/[\ud800-\udbff]$/, '');
}
