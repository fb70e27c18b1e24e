import { EngineStop } from '../../errors.ts';

/** What a store returned. */
export interface StoreAnswer<Value> {
  readonly value: Value;
}

/**
 * Waits for a store. If `signal` aborts, the store has 40 ms to answer, which is enough for most; then it resolves to
 * `undefined`, and the store may still finish. Rejects with what the store rejects with, and at once with an `EngineStop`.
 */
export function answerInTime<Value>(
  signal: AbortSignal,
  pending: Promise<Value>,
): Promise<StoreAnswer<Value> | undefined> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const stop = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const giveUp = () => {
      stop();
      resolve(undefined);
    };
    const onAbort = () => {
      if (!(signal.reason instanceof EngineStop)) timer = setTimeout(giveUp, graceMs);
      else {
        stop();
        reject(signal.reason);
      }
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort);
    pending.then(
      (value) => {
        stop();
        resolve({ value });
      },
      (thrown) => {
        stop();
        reject(thrown);
      },
    );
  });
}

const graceMs = 40;
