/** Milliseconds, about 25 days. Node's setTimeout fires at once if the delay is longer. */
const longestDelay = 2 ** 31 - 1;

/** Starts a timer. Returns `undefined` and never calls `onTime` if Node cannot wait that long, such as for `Infinity`. */
export function startTimer(onTime: () => void, delayMs: number): NodeJS.Timeout | undefined {
  return delayMs > longestDelay ? undefined : setTimeout(onTime, delayMs);
}
