import { isPromiseLike } from '../promise-like.ts';
import type { RunEventBody } from './run-event.ts';

/**
 * A part of the loop: it yields what happens and each promise that it waits for, and returns what it was for. The loop itself is
 * synchronous; whoever drives it awaits the promises and hands back what they became. So an event goes up through any number of parts
 * without a promise for each of them.
 */
export type LoopGenerator<Result> = Generator<RunEventBody | Waiting, Result, unknown>;

/** Something to wait for; unlike what happens, it has no type. */
type Waiting = PromiseLike<unknown> & { readonly type?: undefined };

/** Waits as `await` does, but only where there is something to wait for. Throws what the promise rejects with. */
export function* awaitValue<Value>(
  value: Value | PromiseLike<Value>,
): Generator<Waiting, Value, unknown> {
  // What comes back is what the driver awaited: that very promise.
  return isPromiseLike(value) ? ((yield value) as Value) : value;
}

/** Waits for all of them, so that none rejects unseen. */
export function* awaitAll<Value>(
  values: readonly (Value | PromiseLike<Value>)[],
): Generator<Waiting, readonly Value[], unknown> {
  return yield* awaitValue(values.some(isPromiseLike) ? Promise.all(values) : (values as Value[]));
}

/** Follows something that runs by itself, such as an effect; `tell` says what its progress means to the run. */
export function* forward<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  onEvent: (progress: Progress) => readonly RunEventBody[],
): LoopGenerator<Result> {
  while (true) {
    // As in `wait`, and without a generator for each piece of a reply.
    const next = (yield running.next()) as IteratorResult<Progress, Result>;
    if (next.done === true) return next.value;
    for (const event of onEvent(next.value)) yield event;
  }
}

/** Lets a part of the loop run by itself, so that others can run beside it. */
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
 * Drives a part of the loop: awaits what it waits for, and hands out what happens as long as `tell` wants more. Resolves to the
 * end, or to `undefined` where `tell` wanted no more for now. Rejects with what the part throws.
 */
export async function advance<Result>(
  loop: LoopGenerator<Result>,
  onEvent: (event: RunEventBody) => boolean,
): Promise<IteratorReturnResult<Result> | undefined> {
  let next = loop.next();
  while (next.done !== true) {
    const event = next.value;
    if (event.type !== undefined) {
      if (!onEvent(event)) return undefined;
      next = loop.next();
      continue;
    }
    let value: unknown;
    try {
      value = await event;
    } catch (thrown) {
      next = loop.throw(thrown);
      continue;
    }
    next = loop.next(value);
  }
  return next;
}
