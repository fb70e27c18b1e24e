import { isJsonObject, type JsonValue } from '../../json.ts';

/** The JSON pointer of a path in a document, as a URI fragment: `#/properties/a~1b`. */
export function toJsonPointer(path: readonly (string | number)[]): string {
  return ['#', ...path.map(escapeSegment)].join('/');
}

/** The keys of a JSON pointer fragment such as `#/$defs/Node`; `undefined` if the text is not a JSON pointer. */
export function parseJsonPointer(pointer: string): string[] | undefined {
  if (pointer === '#' || pointer === '') return [];
  if (!pointer.startsWith('#/')) return undefined;
  return pointer.slice(2).split('/').map(unescapeSegment);
}

/** The value at a path in a document; `undefined` if there is no such path. */
export function resolvePath(document: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = document;
  for (const key of path) value = childOf(value, key);
  return value;
}

function escapeSegment(segment: string | number): string {
  return String(segment).replaceAll('~', '~0').replaceAll('/', '~1');
}

function unescapeSegment(segment: string): string {
  return decodeFragment(segment).replaceAll('~1', '/').replaceAll('~0', '~');
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // The name holds a "%" that does not begin an escape, so the text is not percent-encoded.
    return text;
  }
}

function childOf(value: JsonValue | undefined, key: string): JsonValue | undefined {
  if (Array.isArray(value)) return /^\d+$/.test(key) ? value[Number(key)] : undefined;
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}
