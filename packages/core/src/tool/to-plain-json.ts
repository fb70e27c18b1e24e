import { isAnyArrayBuffer, isNativeError } from 'node:util/types';
import { type JsonValue, maxJsonDepth } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import { toIssuePath } from '../schema/check/issue-path.ts';

/** A value that JSON cannot represent. The message names it, its place, and what to return instead. */
class NotJson extends TypeError {}

/**
 * A copy of a value as plain JSON. Keys that are `undefined` are left out, and `toJSON` methods are used, as in
 * JSON.stringify. Unlike JSON.stringify, it throws {@link NotJson} instead of losing a value silently: for NaN, functions,
 * maps, promises, errors, bytes, cycles, and objects without any field for JSON.
 */
export function toPlainJson(value: unknown): JsonValue {
  const json = convert(value, { path: [], holders: new Set() });
  if (json === undefined) throw new NotJson('A tool cannot return undefined in this place.');
  return json;
}

interface Place {
  readonly path: readonly PropertyKey[];
  /** The objects that contain this value. */
  readonly holders: Set<object>;
}

function convert(value: unknown, place: Place): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return value;
    case 'number':
      if (Number.isFinite(value)) return value;
      throw refuse(String(value), place);
    case 'object':
      return value === null ? null : convertObject(value, place);
    default:
      if (typeof value === 'bigint' && hasToJson(value)) return convert(value.toJSON(), place);
      throw refuse(`a ${typeof value}`, place, otherForms.get(typeof value));
  }
}

function convertObject(value: object, { path, holders }: Place): JsonValue | undefined {
  const place = { path, holders };
  if (holders.has(value)) throw refuse('an object that contains itself', place);
  if (path.length > maxJsonDepth) throw refuse('a value that is nested too deeply', place);
  holders.add(value);
  const json = convertContent(value, place);
  holders.delete(value);
  return json;
}

function convertContent(value: object, place: Place): JsonValue | undefined {
  refuseUnknown(value, place);
  if (hasToJson(value)) return convert(value.toJSON(), place);
  if (isBoxed(value)) return convert(value.valueOf(), place);
  if (Array.isArray(value)) {
    return Array.from(value, (item, index) => convertItem(item, index, place));
  }
  const entries = Object.entries(value).flatMap(([key, field]) => {
    const json = convert(field, { ...place, path: [...place.path, key] });
    return json === undefined ? [] : [[key, json] as const];
  });
  if (entries.length === 0 && !isPlain(value)) throw refuseEmpty(value, place);
  return Object.fromEntries(entries);
}

/** Throws for objects whose JSON would be something else: digits, `null` or `{}`. */
function refuseUnknown(value: object, place: Place): void {
  if (isBytes(value)) throw refuse('bytes', place, 'Return them alone or as a part with an image.');
  if (isPromiseLike(value)) throw refuse('a promise', place, 'Await it first.');
  if (value instanceof Date && Number.isNaN(value.getTime())) {
    throw refuse('an invalid date', place);
  }
  if (isError(value) && !hasToJson(value)) {
    throw refuse('an Error', place, 'Throw it, or return its message.');
  }
}

/** JSON.stringify would write `null` for a missing item. */
function convertItem(item: unknown, index: number, { path, holders }: Place): JsonValue {
  const place = { path: [...path, index], holders };
  const json = convert(item, place);
  if (json === undefined) throw refuse('undefined', place);
  return json;
}

function hasToJson(value: object | bigint): value is { toJSON(): unknown } {
  return typeof Reflect.get(Object(value), 'toJSON') === 'function';
}

/** Whether a value holds bytes: `Uint8Array`, `Buffer`, `ArrayBuffer`, `DataView`, `Blob`. */
export function isBytes(value: object): boolean {
  return ArrayBuffer.isView(value) || isAnyArrayBuffer(value) || isBlob(value);
}

/** Whether a value is a `Blob` or a `File`, also of another realm. */
export function isBlob(value: object): value is Blob {
  const { size, type, arrayBuffer } = value as Partial<Blob>;
  return typeof size === 'number' && typeof type === 'string' && typeof arrayBuffer === 'function';
}

/** Whether a value is an error, also of another realm. */
export function isError(value: unknown): value is Error {
  return value instanceof Error || isNativeError(value);
}

function isBoxed(value: object): boolean {
  return value instanceof Number || value instanceof String || value instanceof Boolean;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refuseEmpty(value: object, place: Place): NotJson {
  const name: unknown = Reflect.get(value, 'constructor')?.name;
  const isIterator = typeof Reflect.get(value, 'next') === 'function';
  if (isIterator) return refuse('an iterator', place, 'Return an array of its values.');
  const known = typeof name === 'string' && name !== '' ? name : 'object without fields';
  return refuse(`a ${known}`, place, otherForms.get(known));
}

/** What to return instead. */
const otherForms: ReadonlyMap<string, string> = new Map([
  ['bigint', 'Return its digits as a string.'],
  ['Map', 'Return Object.fromEntries(map).'],
  ['Set', 'Return [...set].'],
  ['Response', 'Return await response.text() or await response.json().'],
  ['ReadableStream', 'Return the text that you read from it.'],
]);

function refuse(what: string, { path }: Place, hint = 'Return text, JSON or parts.'): NotJson {
  const where = path.length === 0 ? '' : ` at "${toIssuePath(path)}"`;
  return new NotJson(`The tool returned ${what}${where}, which JSON cannot represent. ${hint}`);
}
