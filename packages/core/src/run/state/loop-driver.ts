import { type LoopGenerator, notOver, Pending } from './loop-generator.ts';
import type { RunEventBody } from './run-event.ts';

/** Turns a part of the loop into a generator of its own, so that several can run in parallel. */
export async function* fork<Result>(
  loop: LoopGenerator<Result>,
): AsyncGenerator<RunEventBody, Result> {
  const driver = new LoopDriver(loop);
  while (true) {
    let latest: RunEventBody | undefined;
    const end = await driver.advance((event) => {
      latest = event;
      return false;
    });
    if (end !== undefined) return end.value;
    if (latest !== undefined) yield latest;
  }
}

/** Drives a part of the loop. */
export class LoopDriver<Result> {
  readonly #loop: LoopGenerator<Result>;
  /** What the loop yielded last: an event, or an effect of which an event was passed on. */
  #last: IteratorYieldResult<RunEventBody | Pending> | undefined;

  constructor(loop: LoopGenerator<Result>) {
    this.#loop = loop;
  }

  /**
   * Awaits the pending values of the loop and passes its events to `onEvent` until that returns `false`. Resolves with the end of the loop, or
   * with `undefined` if `onEvent` stopped it before. Rejects with what the loop throws.
   */
  async advance(
    onEvent: (event: RunEventBody) => boolean,
  ): Promise<IteratorReturnResult<Result> | undefined> {
    let next = this.#next();
    while (next.done !== true) {
      const yielded = next.value;
      const event = yielded instanceof Pending ? yielded.nextEvent() : yielded;
      if (event !== undefined) {
        this.#last = next;
        if (!onEvent(event)) return undefined;
        next = this.#next();
        continue;
      }
      const pending = yielded as Pending;
      let outcome: unknown;
      try {
        outcome = pending.take(await pending.promise);
      } catch (thrown) {
        next = this.#loop.throw(thrown);
        continue;
      }
      if (outcome !== notOver) next = this.#loop.next(outcome);
    }
    return next;
  }

  /** What comes after an event: the rest of its effect, or what the loop yields next. */
  #next(): IteratorResult<RunEventBody | Pending, Result> {
    const last = this.#last;
    return last?.value instanceof Pending ? last : this.#loop.next();
  }
}
