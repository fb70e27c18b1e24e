import type { JsonValue } from '@turnwise/core';
import {
  type DecideRequest,
  type DriveReply,
  type DriveRequest,
  type ObjectNames,
  type RestartRequest,
  type StartRequest,
  type StoredRun,
  type StoredSegment,
  stateKey,
} from './messages.ts';
import { objectCalls } from './object-calls.ts';
import type {
  DriveContext,
  ObjectContext,
  ObjectSharedContext,
  RestateSdk,
} from './restate-sdk.ts';

/** Restate ends an invocation that sends nothing for this time, and a tool may take long. */
const maxEffectHours = 24;

/** The virtual object of a run. Its key is the id of the run; only one of its handlers that change it executes at a time. */
export function createRunObject(
  sdk: RestateSdk,
  names: ObjectNames,
  drive: (context: DriveContext, request: DriveRequest) => Promise<DriveReply | undefined>,
) {
  const { exclusive, shared } = sdk.handlers.object;
  const calls = objectCalls(sdk);
  const short = { enableLazyState: true, journalRetention: 0 };
  const driving = {
    enableLazyState: true,
    inactivityTimeout: { hours: maxEffectHours },
    abortTimeout: { hours: 1 },
    onJournalMismatchErrors: 'pause',
  } as const;

  function enter(context: ObjectContext, entry: Omit<DriveRequest, 'isFirst'>): void {
    const parameter: DriveRequest = { isFirst: false, ...entry };
    context.set(stateKey.run, entry.run);
    calls.send(context, { service: names.run, method: 'drive', key: context.key, parameter });
  }

  return sdk.object({
    name: names.run,
    handlers: {
      /** Executes the first segment. The ingress accepts one start of a run; once it has forgotten that, the run is known here. */
      start: exclusive(
        // A new run has no state. The state of one that is known is not awaited either.
        { ...driving, enableLazyState: false, idempotencyRetention: { hours: 24 } },
        async (context: ObjectContext, { run, segment }: StartRequest) => {
          const known = await context.get<StoredRun>(stateKey.run);
          if (known !== null) return { run: known };
          context.set(stateKey.segment(0), segment);
          const entry = { decisions: {}, isAborted: false, hasRows: false, isFirst: true };
          return await drive(context as DriveContext, { run, segment, ...entry });
        },
      ),
      decide: exclusive(short, async (context: ObjectContext, request: DecideRequest) => {
        const run = await context.get<StoredRun>(stateKey.run);
        if (run === null || run.status !== 'waiting') return;
        const texts = new Set(run.waiting.map((each) => JSON.stringify(each)));
        const fitting = Object.entries(request.decisions).filter(([, { waiting }]) =>
          texts.has(JSON.stringify(waiting)),
        );
        if (fitting.length === 0) return;
        const decisions = Object.fromEntries(
          fitting.map(([callId, { decision }]) => [callId, decision]),
        );
        context.set(stateKey.decided(run.segment), decisions);
        // A call that was decided on while the run had continued with other decisions.
        if (run.segment !== request.segment) {
          const earlier = await context.get<object>(stateKey.decided(request.segment));
          context.set(stateKey.decided(request.segment), { ...decisions, ...earlier });
        }
        const segment = await readSegment(context, run);
        enter(context, {
          run: continued(run, request.at),
          segment,
          decisions,
          isAborted: false,
          hasRows: false,
        });
      }),
      wake: exclusive(short, async (context: ObjectContext, at: number) => {
        const run = await context.get<StoredRun>(stateKey.run);
        // No other handler executes now, so an invocation that has begun and has not ended was killed.
        const isLeft = run?.status === 'running' && run.drive !== undefined;
        if (run === null || !(isLeft || run.status === 'waiting' || run.status === 'blocked'))
          return;
        const segment = await readSegment(context, run);
        const hasRows = (await context.get(stateKey.journal(run.segment))) !== null;
        const next = continued(run, at);
        enter(context, { run: next, segment, decisions: {}, isAborted: true, hasRows });
      }),
      restart: exclusive(short, async (context: ObjectContext, request: RestartRequest) => {
        const run = await context.get<StoredRun>(stateKey.run);
        if (run === null || run.status === 'running') return;
        const saved = await readSegment(context, run);
        const segment = { ...saved, fingerprint: request.fingerprint ?? saved.fingerprint };
        context.set(stateKey.segment(run.segment), segment);
        if (run.status === 'waiting') return;
        const decided = await context.get<DriveRequest['decisions']>(stateKey.decided(run.segment));
        const parts = await context.get<number>(stateKey.journal(run.segment));
        enter(context, {
          run: continued(run, request.at),
          segment,
          decisions: decided ?? {},
          isAborted: false,
          hasRows: parts !== null,
        });
      }),
      drive: exclusive(
        driving,
        async (context: ObjectContext, request: DriveRequest) =>
          await drive(context as DriveContext, request),
      ),
      get: shared(
        short,
        async (context: ObjectSharedContext) => await context.get<StoredRun>(stateKey.run),
      ),
      segment: shared(short, async (context: ObjectSharedContext, number: number) => ({
        segment: await context.get<StoredSegment>(stateKey.segment(number)),
        decisions: await context.get<JsonValue>(stateKey.decided(number)),
      })),
      read: shared(
        short,
        async (context: ObjectSharedContext, key: string) => await context.get<JsonValue>(key),
      ),
    },
    options: { retryPolicy: { initialInterval: 50, maxInterval: { seconds: 10 } } },
  });
}

async function readSegment(context: ObjectContext, run: StoredRun): Promise<StoredSegment> {
  return (await context.get<StoredSegment>(stateKey.segment(run.segment))) as StoredSegment;
}

/** A run that works again. */
function continued(run: StoredRun, at: number): StoredRun {
  const { end: _end, problem: _problem, drive: _drive, ...rest } = run;
  return { ...rest, status: 'running', waiting: [], updatedAt: at };
}
