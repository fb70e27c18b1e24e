import { isJsonObject } from './json.ts';

/** JSON text with sorted keys, so that equal values give equal texts. Recursive: for values that are not nested too deeply. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'null';
  let members = '';
  for (const key of Object.keys(value).sort()) {
    // As in JSON.stringify, a missing value is a missing key.
    if (value[key] === undefined) continue;
    members += `${members === '' ? '' : ','}${JSON.stringify(key)}:${canonicalJson(value[key])}`;
  }
  return `{${members}}`;
}
