/** Limits how many requests run at the same time. The others wait in the order of arrival. */
export interface Limiter {
  /** Resolves when a slot is free. Rejects with the signal's reason if the signal aborts first. */
  enter(signal: AbortSignal): Promise<void>;
  /** Passes the slot to the next request. Call it once for every `enter` that resolved. */
  leave(): void;
}

/** Creates a limiter with `slots` slots. */
export function createLimiter(slots: number): Limiter {
  let free = slots;
  const waiting = new Set<() => void>();
  return {
    async enter(signal) {
      if (free > 0) free -= 1;
      else await waitForSlot(waiting, signal);
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else next();
    },
  };
}

function waitForSlot(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      waiting.delete(enter);
      signal.removeEventListener('abort', giveUp);
    };
    const enter = (): void => {
      settle();
      resolve();
    };
    const giveUp = (): void => {
      settle();
      reject(signal.reason);
    };
    waiting.add(enter);
    signal.addEventListener('abort', giveUp);
  });
}
