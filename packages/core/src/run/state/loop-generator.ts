import { isPromiseLike } from '../../promise-like.ts';
import type { RunEventBody } from './run-event.ts';

/**
 * A part of the loop. It yields events and pending values, and returns its result. The loop itself is synchronous: the
 * driver passes the outcome of each pending value back in. So an event passes through any number of nested parts without a
 * promise for each of them.
 */
export type LoopGenerator<Result> = Generator<RunEventBody | Pending, Result, unknown>;

/**
 * What the driver must await. It is recognized by its class and never by its shape: a promise of the program may have any
 * properties, also those of an event.
 */
export abstract class Pending {
  /** What to await next. */
  abstract readonly promise: PromiseLike<unknown>;

  /** Takes what the promise resolved to. Returns the value to pass back to the loop, or {@link notOver}. */
  abstract take(settled: unknown): unknown;

  /** The next event that was not passed on; `undefined` if there is none. */
  abstract nextEvent(): RunEventBody | undefined;
}

/** What `take` returns if there is another promise to await. */
export const notOver = Symbol('not over');

class PendingPromise extends Pending {
  readonly promise: PromiseLike<unknown>;

  constructor(promise: PromiseLike<unknown>) {
    super();
    this.promise = promise;
  }

  take(settled: unknown): unknown {
    return settled;
  }

  nextEvent(): undefined {
    return undefined;
  }
}

/**
 * Awaits an effect, and turns its progress into events. A reply can have thousands of pieces, and each of them would pass
 * through all nested parts of the loop twice if the loop took them.
 */
class PendingEffect<Progress, Result> extends Pending {
  readonly #running: AsyncGenerator<Progress, Result>;
  readonly #toEvents: (progress: Progress) => readonly RunEventBody[];
  #events: readonly RunEventBody[] = [];
  #at = 0;

  constructor(
    running: AsyncGenerator<Progress, Result>,
    toEvents: (progress: Progress) => readonly RunEventBody[],
  ) {
    super();
    this.#running = running;
    this.#toEvents = toEvents;
  }

  get promise(): Promise<IteratorResult<Progress, Result>> {
    return this.#running.next();
  }

  take(next: IteratorResult<Progress, Result>): unknown {
    if (next.done === true) return next.value;
    this.#events = this.#toEvents(next.value);
    this.#at = 0;
    return notOver;
  }

  nextEvent(): RunEventBody | undefined {
    return this.#events[this.#at++];
  }
}

/** Awaits a value; one that is not a promise is returned at once. Throws what the promise rejects with. */
export function* awaitValue<Value>(
  value: Value | PromiseLike<Value>,
): Generator<Pending, Value, unknown> {
  // The driver passes back what it awaited, which is this promise.
  return isPromiseLike(value) ? ((yield new PendingPromise(value)) as Value) : value;
}

/** Runs an effect to its end; `toEvents` turns its progress into events of the run. */
export function* forward<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  toEvents: (progress: Progress) => readonly RunEventBody[],
): LoopGenerator<Result> {
  // The driver passes back what the effect returned.
  return (yield new PendingEffect(running, toEvents)) as Result;
}
