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
