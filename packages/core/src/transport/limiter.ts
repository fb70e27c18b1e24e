/** Lets a number of requests run at once; the others wait in the order in which they came. */
export interface Limiter {
  /** Resolves when there is room. Rejects with the signal's reason when it aborts first. */
  enter(signal: AbortSignal): Promise<void>;
  /** Gives the place to the next. Call it once for each `enter` that resolved. */
  leave(): void;
}

/** A limiter for `places` requests at once. */
export function createLimiter(places: number): Limiter {
  let free = places;
  const waiting = new Set<() => void>();
  return {
    async enter(signal) {
      if (free > 0) free -= 1;
      else await waitForPlace(waiting, signal);
    },
    leave() {
      const [next] = waiting;
      if (next === undefined) free += 1;
      else next();
    },
  };
}

function waitForPlace(waiting: Set<() => void>, signal: AbortSignal): Promise<void> {
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
