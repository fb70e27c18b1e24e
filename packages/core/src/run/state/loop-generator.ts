import { isPromiseLike } from '../../promise-like.ts';
import type { RunEventBody } from './run-event.ts';

/**
 * A part of the loop. It yields events and `Pending` values, and returns its result. The loop itself is synchronous: the
 * driver awaits each pending value and passes the outcome back in. So an event passes through any number of nested parts
 * without a promise for each of them.
 */
export type LoopGenerator<Result> = Generator<RunEventBody | Pending, Result, unknown>;

/**
 * A promise that the driver must await. It is recognized by its class and never by its shape: a promise of the program may
 * have any properties, also those of an event.
 */
export class Pending {
  readonly promise: PromiseLike<unknown>;

  constructor(promise: PromiseLike<unknown>) {
    this.promise = promise;
  }
}

/** Awaits a value; one that is not a promise is returned at once. Throws what the promise rejects with. */
export function* awaitValue<Value>(
  value: Value | PromiseLike<Value>,
): Generator<Pending, Value, unknown> {
  // The driver passes back what it awaited, which is this promise.
  return isPromiseLike(value) ? ((yield new Pending(value)) as Value) : value;
}

/** Runs an effect to its end; `onEvent` turns its progress into events of the run. */
export function* forward<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  onEvent: (progress: Progress) => readonly RunEventBody[],
): LoopGenerator<Result> {
  while (true) {
    // Not `awaitValue`, which would create a generator for each piece of a reply.
    const next = (yield new Pending(running.next())) as IteratorResult<Progress, Result>;
    if (next.done === true) return next.value;
    const events = onEvent(next.value);
    // A loop over the values would create an iterator for each piece of a reply.
    for (let at = 0; at < events.length; at++) yield events[at] as RunEventBody;
  }
}

/** Turns a part of the loop into a generator of its own, so that several can run in parallel. */
export async function* fork<Result>(
  loop: LoopGenerator<Result>,
): AsyncGenerator<RunEventBody, Result> {
  while (true) {
    let latest: RunEventBody | undefined;
    const end = await advance(loop, (event) => {
      latest = event;
      return false;
    });
    if (end !== undefined) return end.value;
    if (latest !== undefined) yield latest;
  }
}

/**
 * Drives a part of the loop: awaits its pending values and passes its events to `onEvent` until that returns `false`.
 * Resolves with the end of the part, or with `undefined` if `onEvent` stopped it before. Rejects with what the part throws.
 */
export async function advance<Result>(
  loop: LoopGenerator<Result>,
  onEvent: (event: RunEventBody) => boolean,
): Promise<IteratorReturnResult<Result> | undefined> {
  let next = loop.next();
  while (next.done !== true) {
    const yielded = next.value;
    if (!(yielded instanceof Pending)) {
      if (!onEvent(yielded)) return undefined;
      next = loop.next();
      continue;
    }
    let value: unknown;
    try {
      value = await yielded.promise;
    } catch (thrown) {
      next = loop.throw(thrown);
      continue;
    }
    next = loop.next(value);
  }
  return next;
}
