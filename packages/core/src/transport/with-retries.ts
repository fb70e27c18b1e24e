import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { RetryBudget } from './retry-budget.ts';
import type { RequestRetried } from './transport.ts';

/** Waits. Rejects with the signal's reason as soon as it aborts, and leaves no timer or listener. */
export async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** Work that is retried. */
export interface RetriedWork<Result> {
  /** Decides about each failure. It may already have counted earlier failures of the same request. */
  readonly budget: RetryBudget;
  readonly signal: AbortSignal;
  /** An attempt that was already started. */
  readonly first?: Promise<Result> | undefined;
  attempt(): Promise<Result>;
}

/**
 * Makes attempts until one succeeds, and returns its result. Yields an event before each wait; the wait starts when the
 * caller asks for the next event, and no further attempt is made if the caller stops. Throws the error of the last attempt.
 */
export async function* withRetries<Result>(
  work: RetriedWork<Result>,
): AsyncGenerator<RequestRetried, Result> {
  const { first = work.attempt() } = work;
  let resolveNext: (progress: Progress<Result>) => void = () => {};
  let rejectNext: (error: unknown) => void = () => {};
  const nextAttempt = (): Promise<Progress<Result>> =>
    new Promise((resolve, reject) => {
      resolveNext = resolve;
      rejectNext = reject;
    });
  let progress = nextAttempt();
  pRetry((number) => (number === 1 ? first : work.attempt()), {
    // The budget decides, because a server that is loading has its own limit.
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 0,
    shouldRetry: async ({ error }) => {
      if (work.signal.aborted) return false;
      // The delay is chosen here and not by p-retry, because the event reports it and the server can ask for it.
      const retry = work.budget.next(error);
      if (retry === undefined) return false;
      const { attempt, delayMs } = retry;
      await new Promise<void>((proceed) => {
        const { message: reason } = error;
        resolveNext({ event: { type: 'request-retried', attempt, reason, delayMs }, proceed });
      });
      await waitFor(delayMs, work.signal);
      return true;
    },
  }).then(
    (result) => resolveNext({ result }),
    (error: unknown) => rejectNext(error),
  );
  for (;;) {
    const next = await progress;
    if ('result' in next) return next.result;
    progress = nextAttempt();
    yield next.event;
    next.proceed();
  }
}

type Progress<Result> =
  | { readonly result: Result }
  | { readonly event: RequestRetried; proceed(): void };
