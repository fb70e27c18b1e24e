import type { Part } from '../turn.ts';

/** The parts of a result that is any value: a text stays as it is, everything else becomes JSON. */
export function resultParts(value: unknown): readonly Part[] {
  if (value === undefined || value === null || value === '') return [];
  return [{ type: 'text', text: typeof value === 'string' ? value : printValue(value) }];
}

/** A value as JSON, or as text if JSON cannot represent it. Never throws. */
export function printValue(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
