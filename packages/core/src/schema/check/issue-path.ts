import { isJsonObject, type JsonValue, parseJson } from '../../json.ts';

/** The path of a value inside another one, in JavaScript notation: `items[2].name`, or `["odd key"]`. */
export function toIssuePath(path: readonly PropertyKey[]): string {
  let text = '';
  for (const key of path) text += toSegment(key, text === '');
  return text;
}

/** The keys of a path as {@link toIssuePath} prints it. */
export function parseIssuePath(path: string): readonly (string | number)[] {
  const segments = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\.?([^.[]+)/g);
  return [...segments].map(([, index, quoted, name]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (name ?? '') : String(parseJson(quoted) ?? quoted);
  });
}

/** The value at a path inside another value; `undefined` if there is no such path. */
export function valueAt(value: JsonValue, path: readonly PropertyKey[]): JsonValue | undefined {
  let current: JsonValue | undefined = value;
  for (const key of path) {
    if (Array.isArray(current)) current = (current as readonly JsonValue[])[Number(key)];
    else
      current =
        isJsonObject(current) && Object.hasOwn(current, key) ? current[String(key)] : undefined;
  }
  return current;
}

function toSegment(key: PropertyKey, isFirst: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = String(key);
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name)) return `[${JSON.stringify(name)}]`;
  return isFirst ? name : `.${name}`;
}
