import type { RunWatch } from '../engine/run-engine.ts';
import type { RestateClient } from './restate-client.ts';

/** A run as it was read last. */
export interface LastLook {
  readonly isRunning: boolean;
  /** The invocation that continues it. */
  readonly drive?: string | undefined;
}

/** Milliseconds until the next look: at a run that begins, one that waits, and one whose invocation reports its end. */
const looks = { begins: 20, waits: 250, isDriven: 1000 };

/** What {@link watchRun} needs. */
export interface WatchOptions {
  readonly connect: () => Promise<RestateClient>;
  /** Ends every watch, with its reason. */
  readonly closing: AbortSignal;
  readonly lastLook: () => LastLook;
}

/** Waits until the invocation of a run has ended, but not longer than the time to look again. */
export function watchRun({ connect, closing, lastLook }: WatchOptions): RunWatch {
  const cancelled = new AbortController();
  const keepAlive = setInterval(() => {}, 2 ** 30);
  return {
    changed: async () => {
      closing.throwIfAborted();
      const { isRunning, drive } = lastLook();
      const ended = new AbortController();
      const signal = AbortSignal.any([closing, cancelled.signal, ended.signal]);
      const timeMs = looks[drive !== undefined ? 'isDriven' : isRunning ? 'begins' : 'waits'];
      let timer: NodeJS.Timeout | undefined;
      const waits = [
        new Promise<void>((resolve) => {
          timer = setTimeout(resolve, timeMs);
        }),
        new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve())),
      ];
      if (drive !== undefined) {
        const attached = connect().then(
          async (client) => void (await client.attach(drive, signal)),
        );
        waits.push(attached.catch(() => new Promise<void>(() => {})));
      }
      await Promise.race(waits);
      clearTimeout(timer);
      ended.abort();
      closing.throwIfAborted();
    },
    cancel: () => {
      cancelled.abort();
      clearInterval(keepAlive);
    },
  };
}
