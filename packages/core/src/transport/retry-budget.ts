import { ModelError } from '../errors.ts';
import type { CompleteOptions } from '../options.ts';

/** How often a failed request is sent again, and how long to wait before each retry. */
export interface RetryOptions {
  /** Maximum number of retries. @default 3 */
  readonly maxRetries?: number | undefined;
  /** Milliseconds before the first retry, plus or minus a random half; doubled for each further retry. @default 500 */
  readonly firstDelayMs?: number | undefined;
  /** Maximum milliseconds before a retry, unless the server asks for more. @default 8000 */
  readonly maxDelayMs?: number | undefined;
  /** Maximum milliseconds that a server can ask to wait; if it asks for more, the request fails. @default 60000 */
  readonly maxRetryAfterMs?: number | undefined;
  /**
   * Maximum milliseconds to wait for a server that is still loading the model. These retries do not count for
   * `maxRetries`. @default 60000
   */
  readonly maxLoadingMs?: number | undefined;
}

/** The options with every default filled in. */
export type RetryPlan = CompleteOptions<RetryOptions>;

/** Fills in the defaults of missing options. */
export function toRetryPlan(options: RetryOptions = {}): RetryPlan {
  return {
    maxRetries: options.maxRetries ?? 3,
    firstDelayMs: options.firstDelayMs ?? 500,
    maxDelayMs: options.maxDelayMs ?? 8_000,
    maxRetryAfterMs: options.maxRetryAfterMs ?? 60_000,
    maxLoadingMs: options.maxLoadingMs ?? 60_000,
  };
}

/** The next retry of a request. */
export interface NextRetry {
  /** Number of the attempt that failed, from 1. */
  readonly attempt: number;
  /** Milliseconds to wait before the retry. */
  readonly delayMs: number;
}

/** Counts the failures of one request, and decides whether and when it is sent again. */
export class RetryBudget {
  readonly #plan: RetryPlan;
  #failures = 0;
  #retries = 0;
  #loadingFailures = 0;
  #loadingUntil: number | undefined;

  constructor(plan: RetryPlan) {
    this.#plan = plan;
  }

  /** Counts a failure. Returns the retry that follows it; `undefined` if the request has failed. */
  next(error: unknown): NextRetry | undefined {
    this.#failures += 1;
    const delayMs = isLoading(error) ? this.#delayForLoading(error) : this.#delayForRetry(error);
    return delayMs === undefined ? undefined : { attempt: this.#failures, delayMs };
  }

  #delayForRetry(error: unknown): number | undefined {
    if (this.#retries >= this.#plan.maxRetries || !isWorthRetrying(error, this.#plan)) {
      return undefined;
    }
    this.#retries += 1;
    return delayBefore(this.#retries, error, this.#plan);
  }

  #delayForLoading(error: ModelError): number | undefined {
    const now = performance.now();
    this.#loadingUntil ??= now + this.#plan.maxLoadingMs;
    const leftMs = this.#loadingUntil - now;
    if (leftMs <= 0) return undefined;
    this.#loadingFailures += 1;
    return Math.min(leftMs, delayBefore(this.#loadingFailures, error, this.#plan));
  }
}

function isLoading(error: unknown): error is ModelError {
  return error instanceof ModelError && error.details.kind === 'loading';
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
 * Milliseconds before retry number `retry`, from 1. It is the doubled delay, plus or minus a random part of up to a half. If
 * the server asked for a time, it is that time plus a random part. So many clients do not return at the same moment: the
 * range of the last retry must be long enough for a server that answers only a few of them at a time.
 */
export function delayBefore(retry: number, error: unknown, plan: RetryPlan): number {
  const asked = error instanceof ModelError ? error.details.retryAfterMs : undefined;
  const doubled = Math.min(plan.firstDelayMs * 2 ** (retry - 1), plan.maxDelayMs);
  if (asked === undefined) {
    const longest = Math.min(1.5 * doubled, plan.maxDelayMs);
    return Math.round(longest - Math.random() * (longest - doubled / 2));
  }
  return Math.round(asked + Math.random() * (asked / 4 + doubled));
}
