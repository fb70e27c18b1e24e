import { isPromiseLike } from '../promise-like.ts';
import type { RunHappening } from './run-event.ts';

/**
 * A part of the loop: it yields what happens and each promise that it waits for, and returns what it was for. The loop itself is
 * synchronous; whoever drives it awaits the promises and hands back what they became. So an event goes up through any number of parts
 * without a promise for each of them.
 */
export type Telling<Result> = Generator<RunHappening | Waiting, Result, unknown>;

/** Something to wait for; unlike what happens, it has no type. */
type Waiting = PromiseLike<unknown> & { readonly type?: undefined };

/** Waits as `await` does, but only where there is something to wait for. Throws what the promise rejects with. */
export function* wait<Value>(
  value: Value | PromiseLike<Value>,
): Generator<Waiting, Value, unknown> {
  // What comes back is what the driver awaited: that very promise.
  return isPromiseLike(value) ? ((yield value) as Value) : value;
}

/** Waits for all of them, so that none rejects unseen. */
export function* waitForAll<Value>(
  values: readonly (Value | PromiseLike<Value>)[],
): Generator<Waiting, readonly Value[], unknown> {
  return yield* wait(values.some(isPromiseLike) ? Promise.all(values) : (values as Value[]));
}

/** Follows something that runs by itself, such as an effect; `tell` says what its progress means to the run. */
export function* follow<Progress, Result>(
  running: AsyncGenerator<Progress, Result>,
  tell: (progress: Progress) => readonly RunHappening[],
): Telling<Result> {
  while (true) {
    // As in `wait`, and without a generator for each piece of a reply.
    const next = (yield running.next()) as IteratorResult<Progress, Result>;
    if (next.done === true) return next.value;
    for (const happening of tell(next.value)) yield happening;
  }
}

/** Lets a part of the loop run by itself, so that others can run beside it. */
export async function* runAside<Result>(
  telling: Telling<Result>,
): AsyncGenerator<RunHappening, Result> {
  while (true) {
    let told: RunHappening | undefined;
    const end = await drive(telling, (happening) => {
      told = happening;
      return false;
    });
    if (end !== undefined) return end.value;
    if (told !== undefined) yield told;
  }
}

/**
 * Drives a part of the loop: awaits what it waits for, and hands out what happens as long as `tell` wants more. Resolves to the
 * end, or to `undefined` where `tell` wanted no more for now. Rejects with what the part throws.
 */
export async function drive<Result>(
  telling: Telling<Result>,
  tell: (happening: RunHappening) => boolean,
): Promise<IteratorReturnResult<Result> | undefined> {
  let next = telling.next();
  while (next.done !== true) {
    const told = next.value;
    if (told.type !== undefined) {
      if (!tell(told)) return undefined;
      next = telling.next();
      continue;
    }
    let value: unknown;
    try {
      value = await told;
    } catch (thrown) {
      next = telling.throw(thrown);
      continue;
    }
    next = telling.next(value);
  }
  return next;
}
