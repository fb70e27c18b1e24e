/** Milliseconds, some 25 days: a timer that is set for longer fires at once (Node, setTimeout). */
const longestDelay = 2 ** 31 - 1;

/** A timer; `undefined` for a delay that is longer than Node can wait, such as `Infinity`: then it is never over. */
export function startTimer(onTime: () => void, delayMs: number): NodeJS.Timeout | undefined {
  return delayMs > longestDelay ? undefined : setTimeout(onTime, delayMs);
}
