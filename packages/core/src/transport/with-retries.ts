import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ModelError } from '../errors.ts';
import type { RequestRetried } from './transport.ts';

/** How often a failed request is sent again, and how long to wait before each retry. */
export interface RetryOptions {
  /** Maximum number of retries. @default 3 */
  readonly maxRetries?: number;
  /** Milliseconds before the first retry; doubled for each further retry. @default 500 */
  readonly firstDelayMs?: number;
  /** Maximum milliseconds before a retry, unless the server asks for more. @default 8000 */
  readonly maxDelayMs?: number;
  /** Maximum milliseconds that a server can ask to wait; if it asks for more, the request fails. @default 60000 */
  readonly maxRetryAfterMs?: number;
}

/** The options with every default filled in. */
export type RetryPlan = Required<RetryOptions>;

/** Fills in the defaults of missing options. */
export function toRetryPlan(options: RetryOptions = {}): RetryPlan {
  return {
    maxRetries: options.maxRetries ?? 3,
    firstDelayMs: options.firstDelayMs ?? 500,
    maxDelayMs: options.maxDelayMs ?? 8_000,
    maxRetryAfterMs: options.maxRetryAfterMs ?? 60_000,
  };
}

/**
 * Whether to send the same request again: the connection failed, the reply was broken, or the server was overloaded or
 * failing. A certificate problem is not retried.
 */
export function isWorthRetrying(error: unknown, { maxRetryAfterMs }: RetryPlan): boolean {
  if (!(error instanceof ModelError) || error.details.kind === 'tls') return false;
  if ((error.details.retryAfterMs ?? 0) > maxRetryAfterMs) return false;
  if (error.details.kind === 'broken-reply') return true;
  return error.code === 'model_unreachable' || error.code === 'model_overloaded';
}

/**
 * Milliseconds before retry number `retry`, from 1: the time that the server asked for, otherwise the doubled delay minus a
 * random part of up to a quarter.
 */
export function delayBefore(retry: number, error: unknown, plan: RetryPlan): number {
  const asked = error instanceof ModelError ? error.details.retryAfterMs : undefined;
  if (asked !== undefined) return asked;
  const doubled = Math.min(plan.firstDelayMs * 2 ** (retry - 1), plan.maxDelayMs);
  return Math.round(doubled * (1 - Math.random() / 4));
}

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
  readonly plan: RetryPlan;
  /** Retries that were already used for the same request. */
  readonly used: number;
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
    retries: Math.max(0, work.plan.maxRetries - work.used),
    minTimeout: 0,
    // The delay is chosen here and not by p-retry, because the event reports it and the server can ask for it.
    shouldRetry: async ({ error, attemptNumber }) => {
      if (work.signal.aborted || !isWorthRetrying(error, work.plan)) return false;
      const attempt = work.used + attemptNumber;
      const delayMs = delayBefore(attempt, error, work.plan);
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
