import type { JsonValue } from '../../json.ts';

/** A value as JSON; control characters and the line breaks of Unicode are escaped too. */
export function printLiteral(value: JsonValue | undefined): string {
  return JSON.stringify(value ?? null).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
