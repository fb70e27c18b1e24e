import { memoize } from '../memoize.ts';

/**
 * Calls `callback` when the signal aborts; the returned function removes it. All callbacks of one signal share one event
 * listener: many runs at the same time may use one signal, and Node warns about a leak from eleven listeners on.
 */
export function onAbort(signal: AbortSignal, callback: () => void): () => void {
  const callbacks = callbacksOf(signal);
  callbacks.add(callback);
  return () => callbacks.remove(callback);
}

class AbortCallbacks {
  readonly #signal: AbortSignal;
  readonly #callbacks = new Set<() => void>();

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(callback: () => void): void {
    if (this.#callbacks.size === 0) this.#signal.addEventListener('abort', this.#callAll);
    this.#callbacks.add(callback);
  }

  remove(callback: () => void): void {
    this.#callbacks.delete(callback);
    if (this.#callbacks.size === 0) this.#signal.removeEventListener('abort', this.#callAll);
  }

  readonly #callAll = (): void => {
    for (const callback of [...this.#callbacks]) {
      this.remove(callback);
      callback();
    }
  };
}

const callbacksOf = memoize((signal: AbortSignal) => new AbortCallbacks(signal));
