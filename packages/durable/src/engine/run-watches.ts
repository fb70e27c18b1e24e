import { EngineStop } from '@turnwise/core/model';
import type { RunWatch } from './run-engine.ts';

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** Who waits for changes of the runs of this process. */
export class RunWatches {
  readonly #waiters = new Map<string, Set<Waiter>>();
  #isClosed = false;

  /** Reports the changes of a run, and keeps the process alive until it is cancelled. */
  watch(id: string): RunWatch {
    const keepAlive = setInterval(() => {}, 2 ** 30);
    const waiter = { resolve: () => {}, reject: (_reason: unknown) => {} };
    const nextChange = () => {
      const change = new Promise<undefined>((resolve, reject) => {
        waiter.resolve = () => resolve(undefined);
        waiter.reject = reject;
      });
      change.catch(() => undefined);
      // Nobody reports a change any more.
      if (this.#isClosed) waiter.reject(new EngineStop('suspended'));
      return change;
    };
    let change = nextChange();
    const waiters = this.#waiters.get(id) ?? new Set();
    this.#waiters.set(id, waiters.add(waiter));
    return {
      isNew: false,
      changed: async () => {
        await change;
        change = nextChange();
        return undefined;
      },
      cancel: () => {
        clearInterval(keepAlive);
        waiters.delete(waiter);
        if (waiters.size === 0 && this.#waiters.get(id) === waiters) this.#waiters.delete(id);
      },
    };
  }

  /** The run has changed, or this process could not continue it because of the error. */
  notify(id: string, error?: unknown): void {
    for (const { resolve, reject } of this.#waiters.get(id) ?? []) {
      if (error === undefined) resolve();
      else reject(error);
    }
  }

  /** This process continues no run any more: everyone who waits, also for a run that waits for a decision, gets an `EngineStop`. */
  close(): void {
    this.#isClosed = true;
    for (const id of this.#waiters.keys()) this.notify(id, new EngineStop('suspended'));
  }
}
