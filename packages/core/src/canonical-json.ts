import { isJsonObject } from './json.ts';

/** JSON text with sorted keys, so that equal values give equal texts. Recursive: for values that are not nested too deeply. */
export function canonicalJson(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  let text = '';
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++)
      text += `${at === 0 ? '' : ','}${canonicalJson(value[at])}`;
    return `[${text}]`;
  }
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null';
  for (const key of sortedKeys(value)) {
    const member = value[key];
    // As in JSON.stringify, a missing value is a missing key.
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}

/** Sorting is the slowest part, and mostly the keys are in order. */
function sortedKeys(value: object): readonly string[] {
  const keys = Object.keys(value);
  for (let at = 1; at < keys.length; at++) {
    if ((keys[at - 1] as string) > (keys[at] as string)) return keys.sort();
  }
  return keys;
}
