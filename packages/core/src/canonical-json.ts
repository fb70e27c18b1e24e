import { isJsonObject } from './json.ts';

/** JSON text with sorted keys, so that equal values give equal texts. Recursive: for values that are not nested too deeply. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value)
    .sort()
    .flatMap((key) =>
      // As in JSON.stringify, a missing value is a missing key.
      value[key] === undefined ? [] : [`${JSON.stringify(key)}:${canonicalJson(value[key])}`],
    );
  return `{${members.join(',')}}`;
}
