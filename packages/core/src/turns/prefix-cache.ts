/**
 * Whether a list begins with all of another, object by object. A conversation says all of its past in every request; what was
 * made of that past holds for the beginning of whatever goes on from it.
 */
export function startsWith(list: readonly object[], past: readonly object[]): boolean {
  if (list.length < past.length) return false;
  // A plain loop: this is done over the whole of a conversation, several times a step.
  for (let at = 0; at < past.length; at++) {
    if (list[at] !== past[at]) return false;
  }
  return true;
}

/** The beginning of a list, and what was made of it. */
export interface CachedPrefix<Made> {
  /** Items that it is made of. */
  readonly length: number;
  readonly made: Made;
}

/** Keeps what was made of lists that grow, so that only what is new has to be made the next time. */
export class PrefixCache<Made> {
  readonly #kept = new WeakMap<object, { readonly list: readonly object[]; readonly made: Made }>();

  /** What is known of a list's beginning. `owner` lives as long as the list does and belongs to no other that grows. */
  recall(owner: object, list: readonly object[]): CachedPrefix<Made> | undefined {
    const kept = this.#kept.get(owner);
    if (kept === undefined || !startsWith(list, kept.list)) return undefined;
    return { length: kept.list.length, made: kept.made };
  }

  /** Keeps what was made of a whole list, which nobody changes any more. */
  keep(owner: object, list: readonly object[], made: Made): void {
    this.#kept.set(owner, { list, made });
  }
}
