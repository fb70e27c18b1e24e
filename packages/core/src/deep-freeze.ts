/**
 * Freezes an object and everything in it, and returns it. Also enters objects that are already frozen, because only their
 * outer object may be. For JSON values and plain objects only: cycles and typed arrays are not supported.
 */
export function deepFreeze<Value extends object>(value: Value): Value {
  Object.freeze(value);
  if (Array.isArray(value)) {
    // Keys of an array are strings that would have to be created.
    for (const each of value) freezeMember(each);
  } else {
    for (const key in value) freezeMember(value[key]);
  }
  return value;
}

function freezeMember(member: unknown): void {
  if (typeof member === 'object' && member !== null) deepFreeze(member);
}
