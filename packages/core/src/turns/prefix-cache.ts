/**
 * Whether a list starts with all items of another one, compared by identity. Every request repeats the earlier turns of
 * a conversation, so a value that was computed from them can be used again.
 */
export function startsWith(list: readonly object[], prefix: readonly object[]): boolean {
  if (list.length < prefix.length) return false;
  // A plain loop: this compares whole conversations, several times in each step.
  for (let at = 0; at < prefix.length; at++) {
    if (list[at] !== prefix[at]) return false;
  }
  return true;
}

/** Whether two lists have the same items, compared by identity. */
export function hasSameItems(one: readonly object[], other: readonly object[]): boolean {
  return one.length === other.length && startsWith(one, other);
}

/** The value that was computed from the first `length` items of a list. */
export interface CachedPrefix<Value> {
  readonly length: number;
  readonly value: Value;
}

/** Caches values that are computed from growing lists, so that only new items have to be processed the next time. */
export class PrefixCache<Value> {
  readonly #cached = new WeakMap<
    object,
    { readonly list: readonly object[]; readonly value: Value }
  >();

  /**
   * The value of the longest known prefix of a list. `owner` is an object that exists as long as the list and is used
   * for no other list, such as the first item.
   */
  recall(owner: object, list: readonly object[]): CachedPrefix<Value> | undefined {
    const cached = this.#cached.get(owner);
    if (cached === undefined || !startsWith(list, cached.list)) return undefined;
    return { length: cached.list.length, value: cached.value };
  }

  /** Caches the value of a list. The list must not change afterwards. */
  keep(owner: object, list: readonly object[], value: Value): void {
    this.#cached.set(owner, { list, value });
  }
}
