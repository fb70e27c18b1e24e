/**
 * A function that calls `make` once for each object and then returns the cached value.
 *
 * The cache compares objects by identity, so a key must not change after its first use. It holds keys weakly: an entry
 * is removed together with its key. If `make` throws, nothing is cached and the next call tries again.
 *
 * @example
 * const wireTools = memoize((tools: readonly ToolSpec[]) => tools.map(toWireTool));
 */
export function memoize<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const cache = new WeakMap<Key, Value>();
  return (key) => {
    const cached = cache.get(key);
    if (cached !== undefined || cache.has(key)) return cached as Value;
    const value = make(key);
    cache.set(key, value);
    return value;
  };
}

/**
 * A function that caches, for each owner, the value of the last key: a second call with the same key returns it. A key that is
 * a list or an object must not change after the call.
 *
 * @example
 * const withNote = memoizeLast((turn: UserTurn, note: string) => addNote(turn, note));
 */
export function memoizeLast<Owner extends object, Key, Value>(
  make: (owner: Owner, key: Key) => Value,
  isSame: (one: Key, other: Key) => boolean = Object.is,
): (owner: Owner, key: Key) => Value {
  const cache = new WeakMap<Owner, { readonly key: Key; readonly value: Value }>();
  return (owner, key) => {
    const last = cache.get(owner);
    if (last !== undefined && isSame(last.key, key)) return last.value;
    const value = make(owner, key);
    cache.set(owner, { key, value });
    return value;
  };
}
