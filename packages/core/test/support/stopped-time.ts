import { jest } from '@jest/globals';

/** Stops the timers of tools; the rest of the clock continues. */
export function stopTime(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

/** Stops the timers and the clock of time limits; sockets continue to work. */
export function stopClock(): void {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'nextTick',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
    ],
  });
}

/** Lets stopped timers run on at once. */
export function passTime(milliseconds: number): void {
  jest.advanceTimersByTime(milliseconds);
}

/** Gives the real timers back. */
export function keepTimers(): void {
  jest.useRealTimers();
}
