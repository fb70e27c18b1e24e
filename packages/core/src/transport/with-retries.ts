import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ModelError } from '../errors.ts';
import type { RequestRetried } from './transport.ts';

/** How often and how patiently a failed request is sent again. */
export interface RetryOptions {
  /** Times that a request is sent again at most. @default 3 */
  readonly maxRetries?: number;
  /** Milliseconds before the first retry; doubled for each further one. @default 500 */
  readonly firstDelayMs?: number;
  /** Milliseconds that a retry waits at most, unless the server asks for more. @default 8000 */
  readonly maxDelayMs?: number;
  /** Milliseconds that a server may ask to wait; when it asks for more, the request fails. @default 60000 */
  readonly maxRetryAfterMs?: number;
}

/** The options with every default filled in. */
export type RetryPlan = Required<RetryOptions>;

/** Fills in what was left out. */
export function toRetryPlan(options: RetryOptions = {}): RetryPlan {
  return {
    maxRetries: options.maxRetries ?? 3,
    firstDelayMs: options.firstDelayMs ?? 500,
    maxDelayMs: options.maxDelayMs ?? 8_000,
    maxRetryAfterMs: options.maxRetryAfterMs ?? 60_000,
  };
}

/**
 * Whether to send the same request again: the connection failed, or the server was overloaded or failing.
 * A certificate does not become valid by asking again.
 */
export function isWorthRetrying(error: unknown, { maxRetryAfterMs }: RetryPlan): boolean {
  if (!(error instanceof ModelError) || error.details.kind === 'tls') return false;
  if ((error.details.retryAfterMs ?? 0) > maxRetryAfterMs) return false;
  if (error.details.kind === 'broken-reply') return true;
  return error.code === 'model_unreachable' || error.code === 'model_overloaded';
}

/** Milliseconds before retry number `retry`, from 1: what the server asked for, else doubling, less up to a quarter by chance. */
export function delayBefore(retry: number, error: unknown, plan: RetryPlan): number {
  const asked = error instanceof ModelError ? error.details.retryAfterMs : undefined;
  if (asked !== undefined) return asked;
  const doubled = Math.min(plan.firstDelayMs * 2 ** (retry - 1), plan.maxDelayMs);
  return Math.round(doubled * (1 - Math.random() / 4));
}

/** Waits, and rejects with the signal's reason at once when it aborts; leaves no timer or listener behind. */
export async function waitFor(delayMs: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

/** What a retried piece of work needs. */
export interface RetriedWork<Result> {
  readonly plan: RetryPlan;
  /** Retries that earlier failures of the same request have used up. */
  readonly used: number;
  readonly signal: AbortSignal;
  /** An attempt that was made already. */
  readonly first?: Promise<Result> | undefined;
  attempt(): Promise<Result>;
}

/**
 * Makes attempts until one succeeds, and returns its result. Yields before each wait, and waits only when it is
 * asked to go on; leaving it there makes no further attempt. Throws what the last attempt threw.
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
    // The delay is decided here, so that it can be told before it begins and can follow the server's wish.
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
