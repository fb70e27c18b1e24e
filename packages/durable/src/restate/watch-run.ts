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

/**
 * Milliseconds until the next look: at a run that begins, or continues in another invocation; at one that waits; and at one whose
 * invocation reports its end. The last one doubles with each look.
 */
const looks = { begins: 20, waits: 250, isDriven: 1000, longest: 8000 };

/** What {@link watchRun} needs. */
export interface WatchOptions {
  readonly isNew: boolean;
  readonly client: RestateClient;
  /** Ends every watch, with its reason. */
  readonly closing: AbortSignal;
  readonly lastLook: () => LastLook;
  /** What an invocation that has ended has returned, as a run. */
  readonly toReport: (reply: DriveReply) => Promise<ReportedRun>;
}

/** A request that waits for the end of an invocation. */
interface Attached {
  readonly drive: string;
  readonly reply: Promise<DriveReply | undefined>;
  lookMs: number;
  /** Whether the invocation has ended. */
  isOver: boolean;
}

/**
 * Waits until the invocation of a run has ended, but not longer than the time to look again: only a look finds out why an invocation
 * does not end. The same request waits for the invocation all the time.
 */
export function watchRun({ isNew, client, closing, lastLook, toReport }: WatchOptions): RunWatch {
  const cancelled = new AbortController();
  const signal = AbortSignal.any([closing, cancelled.signal]);
  const stopped = new Promise<undefined>((resolve) =>
    signal.addEventListener('abort', () => resolve(undefined)),
  );
  const keepAlive = setInterval(() => {}, 2 ** 30);
  let attached: Attached | undefined;

  async function attach(drive: string): Promise<DriveReply | undefined> {
    try {
      const reply = await client.attach(drive, signal);
      if (attached?.drive === drive) attached.isOver = true;
      return reply;
    } catch {
      // After the next look another request waits.
      attached = undefined;
      return await new Promise(() => {});
    }
  }

  return {
    isNew,
    changed: async () => {
      closing.throwIfAborted();
      const { isRunning, drive } = lastLook();
      if (drive === undefined) attached = undefined;
      else if (attached?.drive !== drive) {
        attached = { drive, reply: attach(drive), lookMs: looks.isDriven, isOver: false };
      }
      const waits: Promise<DriveReply | undefined>[] = [stopped];
      let lookMs = looks[isRunning ? 'begins' : 'waits'];
      if (attached?.isOver === false) {
        waits.push(attached.reply);
        lookMs = attached.lookMs;
        attached.lookMs = Math.min(lookMs * 2, looks.longest);
      }
      const reply = await untilFirst(waits, lookMs);
      closing.throwIfAborted();
      return reply === undefined ? undefined : await toReport(reply);
    },
    cancel: () => {
      // Without a reason, an error is created for each watch.
      cancelled.abort('cancelled');
      clearInterval(keepAlive);
    },
  };
}

/** The first result; `undefined` after that time. */
async function untilFirst<Value>(
  waits: readonly Promise<Value>[],
  timeMs: number,
): Promise<Value | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeMs);
  });
  const first = await Promise.race([...waits, late]);
  clearTimeout(timer);
  return first;
}
