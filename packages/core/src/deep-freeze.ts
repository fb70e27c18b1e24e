/**
 * Freezes an object and everything in it, and returns it. Also enters objects that are already frozen, because only their
 * outer object may be. For JSON values and plain objects only: cycles and typed arrays are not supported.
 */
export function deepFreeze<Value extends object>(value: Value): Value {
  Object.freeze(value);
  for (const key of Object.keys(value)) {
    const each: unknown = (value as Readonly<Record<string, unknown>>)[key];
    if (typeof each === 'object' && each !== null) deepFreeze(each);
  }
  return value;
}
