import type { ReportedRun, RunWatch } from '../engine/run-engine.ts';
import type { DriveReply } from './messages.ts';
import type { RestateClient } from './restate-client.ts';

/** A run as it was read last. */
export interface LastLook {
  readonly isRunning: boolean;
  /** The invocation that continues it. */
  readonly drive?: string | undefined;
  /** Whether this process has just started it. */
  readonly isNew?: boolean;
}

/** Milliseconds until the next look: at a run that begins, one that waits, and one whose invocation reports its end. */
const looks = { begins: 20, waits: 250, isDriven: 1000 };

/** What {@link watchRun} needs. */
export interface WatchOptions {
  readonly isNew: boolean;
  readonly connect: () => Promise<RestateClient>;
  /** Ends every watch, with its reason. */
  readonly closing: AbortSignal;
  readonly lastLook: () => LastLook;
  /** What an invocation that has ended has returned, as a run. */
  readonly toReport: (reply: DriveReply) => Promise<ReportedRun>;
}

/** Waits until the invocation of a run has ended, but not longer than the time to look again. */
export function watchRun({ isNew, connect, closing, lastLook, toReport }: WatchOptions): RunWatch {
  const cancelled = new AbortController();
  const keepAlive = setInterval(() => {}, 2 ** 30);
  return {
    isNew,
    changed: async () => {
      closing.throwIfAborted();
      const { isRunning, drive } = lastLook();
      const ended = new AbortController();
      const signal = AbortSignal.any([closing, cancelled.signal, ended.signal]);
      const timeMs = looks[drive !== undefined ? 'isDriven' : isRunning ? 'begins' : 'waits'];
      let timer: NodeJS.Timeout | undefined;
      const waits: Promise<DriveReply | undefined>[] = [
        new Promise((resolve) => {
          timer = setTimeout(() => resolve(undefined), timeMs);
        }),
        new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined))),
      ];
      if (drive !== undefined) {
        const attached = connect().then(async (client) => await client.attach(drive, signal));
        waits.push(attached.catch(() => new Promise<undefined>(() => {})));
      }
      const reply = await Promise.race(waits);
      clearTimeout(timer);
      ended.abort();
      closing.throwIfAborted();
      return reply === undefined ? undefined : await toReport(reply);
    },
    cancel: () => {
      cancelled.abort();
      clearInterval(keepAlive);
    },
  };
}
