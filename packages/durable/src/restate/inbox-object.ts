import type { Signal } from '../store/run-store.ts';
import type { AddReply, CloseRequest, InboxState, ObjectNames, StoredRun } from './messages.ts';
import { objectCalls } from './object-calls.ts';
import type { ObjectContext, ObjectSharedContext, RestateSdk } from './restate-sdk.ts';

const stateKey = 'inbox';

const empty: InboxState = {
  unread: [],
  ids: [],
  drive: null,
  sent: 0,
  isClosed: false,
  accepted: null,
};

/**
 * The virtual object with the inputs and aborts of a run. It is not the object of the run, because that is busy while a segment
 * executes. The invocation that executes it gets them as its signals `1`, `2`, …
 */
export function createInboxObject(sdk: RestateSdk, names: ObjectNames) {
  const { exclusive, shared } = sdk.handlers.object;
  const calls = objectCalls(sdk);
  const short = { journalRetention: 0 };
  const read = async (context: ObjectSharedContext): Promise<InboxState> =>
    (await context.get<InboxState>(stateKey)) ?? empty;

  function send(context: ObjectContext, { unread, drive, sent }: InboxState): number {
    if (drive === null) return 0;
    const reference = context.invocation(drive as never);
    for (const [place, signal] of unread.entries()) {
      if (place >= sent) reference.signal(String(place + 1)).resolve(signal);
    }
    return unread.length;
  }

  /** The invocation that continues the run; `null` if it has not begun, or if there is none. */
  async function findDrive(context: ObjectContext): Promise<{
    readonly drive: string | null;
    readonly mayBegin: boolean;
  }> {
    const target = { service: names.run, method: 'get', key: context.key, parameter: null };
    const run = await calls.call<StoredRun | null>(context, target);
    const isRunning = run?.status === 'running';
    const drive = isRunning ? (run.drive ?? null) : null;
    return { drive, mayBegin: isRunning && drive === null };
  }

  /** Passes on what came before the first invocation of the run has begun. */
  function flushLater(context: ObjectContext, delayMs: number): void {
    const target = { service: names.inbox, method: 'flush', key: context.key, parameter: delayMs };
    calls.send(context, target, { delayMs });
  }

  /** Passes unread signals to the invocation that continues the run, if it has begun. */
  async function passOn(
    context: ObjectContext,
    inbox: InboxState,
    delayMs: number,
  ): Promise<InboxState> {
    const { drive, mayBegin } =
      inbox.drive === null ? await findDrive(context) : { drive: inbox.drive, mayBegin: false };
    if (mayBegin) flushLater(context, delayMs);
    const passed = { ...inbox, drive };
    const next = { ...passed, sent: send(context, passed) };
    context.set(stateKey, next);
    return next;
  }

  /** A run that waits, or that cannot be continued, ends if it is aborted. A run that works has ended before this is executed. */
  function wake(context: ObjectContext, at: number): void {
    calls.send(context, {
      service: names.run,
      method: 'wake',
      key: context.key,
      parameter: at,
    });
  }

  return sdk.object({
    name: names.inbox,
    handlers: {
      add: exclusive(
        short,
        async (
          context: ObjectContext,
          { signals, at }: { readonly signals: readonly Signal[]; readonly at: number },
        ): Promise<AddReply> => {
          const inbox = await read(context);
          const added = signals.filter(({ id }) => !inbox.ids.includes(id));
          if (inbox.isClosed || added.length === 0) {
            return { isClosed: inbox.isClosed, isDriven: inbox.drive !== null };
          }
          const unread = [...inbox.unread, ...added];
          const ids = [...inbox.ids, ...added.map(({ id }) => id)];
          const { drive } = await passOn(context, { ...inbox, unread, ids }, 10);
          if (added.some(isAbort)) wake(context, at);
          return { isClosed: false, isDriven: drive !== null };
        },
      ),
      flush: exclusive(short, async (context: ObjectContext, delayMs: number) => {
        const inbox = await read(context);
        if (inbox.sent === inbox.unread.length) return;
        await passOn(context, inbox, Math.min(delayMs * 2, 1000));
      }),
      /** An invocation that continues the run reads it from now on, and gets later signals. */
      open: exclusive(short, async (context: ObjectContext, drive: string) => {
        const inbox = await read(context);
        const sent = inbox.unread.length;
        context.set(stateKey, { ...inbox, drive, sent, isClosed: false });
        return inbox.unread;
      }),
      /** Returns whether the run has ended. */
      close: exclusive(short, async (context: ObjectContext, { taken, end, at }: CloseRequest) => {
        const inbox = await read(context);
        const unread = inbox.unread.slice(taken);
        const mustContinue = end === 'completed' && unread.some(({ kind }) => kind === 'input');
        const isClosed = end !== null && !mustContinue;
        context.set(stateKey, { ...inbox, unread, drive: null, sent: 0, isClosed });
        if (end === null && unread.some(isAbort)) wake(context, at);
        return !mustContinue;
      }),
      accept: exclusive(short, async (context: ObjectContext, accepted: string) => {
        context.set(stateKey, { ...(await read(context)), accepted });
      }),
      get: shared(short, async (context: ObjectSharedContext) => await read(context)),
    },
    options: { retryPolicy: { initialInterval: 50, maxInterval: { seconds: 10 } } },
  });
}

function isAbort({ kind }: Signal): boolean {
  return kind === 'abort';
}
