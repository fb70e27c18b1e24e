import { EngineStop } from './errors.ts';
import { isPromiseLike } from './promise-like.ts';

/**
 * Calls `make` and returns its value. A promise rejects with the signal's reason as soon as the signal aborts, even if the
 * promise of `make` never settles; a later rejection of that promise is ignored. No listener stays on the signal.
 * Throws the signal's reason if the signal is already aborted; `make` is not called then.
 */
export function bounded<Value>(
  signal: AbortSignal,
  make: () => Value | PromiseLike<Value>,
): Value | Promise<Value> {
  signal.throwIfAborted();
  const value = make();
  return isPromiseLike(value) ? boundedPromise(signal, value) : value;
}

function boundedPromise<Value>(signal: AbortSignal, promise: PromiseLike<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => signal.removeEventListener('abort', onAbort);
    const onAbort = () => {
      stop();
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort);
    // `make` itself may have aborted the run.
    if (signal.aborted) onAbort();
    Promise.resolve(promise).then(
      (value) => {
        stop();
        resolve(value);
      },
      (thrown) => {
        stop();
        reject(thrown);
      },
    );
  });
}

/**
 * The same for a generator that follows the signal itself: after an abort it has 50 ms to end by its own rules, but no time
 * if the reason is an `EngineStop`. Then `next()` rejects with the signal's reason, and `running` is asked to return but not
 * awaited.
 */
export function boundedGenerator<Progress, Result>(
  signal: AbortSignal,
  running: AsyncGenerator<Progress, Result>,
): AsyncGenerator<Progress, Result> {
  return new BoundedGenerator(signal, running);
}

/** Milliseconds. */
const graceMs = 50;

const ignore = () => undefined;

/** One listener serves all pieces: a reply can have thousands of them. */
class BoundedGenerator<Progress, Result> implements AsyncGenerator<Progress, Result> {
  readonly #signal: AbortSignal;
  readonly #running: AsyncGenerator<Progress, Result>;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;
  #resolve: (next: IteratorResult<Progress, Result>) => void = ignore;
  #reject: (reason: unknown) => void = ignore;

  constructor(signal: AbortSignal, running: AsyncGenerator<Progress, Result>) {
    this.#signal = signal;
    this.#running = running;
    if (signal.aborted) this.#onAbort();
    else signal.addEventListener('abort', this.#onAbort);
  }

  next(): Promise<IteratorResult<Progress, Result>> {
    if (this.#isOver) return Promise.reject(this.#signal.reason);
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#running.next().then(this.#onNext, this.#onThrown);
    });
  }

  return(value: Result | PromiseLike<Result>): Promise<IteratorResult<Progress, Result>> {
    this.#stop();
    return this.#running.return(value);
  }

  throw(thrown: unknown): Promise<IteratorResult<Progress, Result>> {
    this.#stop();
    return this.#running.throw(thrown);
  }

  [Symbol.asyncIterator](): AsyncGenerator<Progress, Result> {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return(undefined as never);
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#onAbort);
  }

  // One reader calls `next` only after its last promise has settled, so these need no closure for each piece.
  readonly #onNext = (next: IteratorResult<Progress, Result>): void => {
    if (next.done === true) this.#stop();
    this.#resolve(next);
  };

  readonly #onThrown = (thrown: unknown): void => {
    this.#stop();
    this.#reject(thrown);
  };

  readonly #onAbort = (): void => {
    if (this.#signal.reason instanceof EngineStop) this.#giveUp();
    else this.#timer = setTimeout(this.#giveUp, graceMs);
  };

  readonly #giveUp = (): void => {
    this.#isOver = true;
    this.#stop();
    this.#reject(this.#signal.reason);
    this.#running.return(undefined as never).catch(() => undefined);
  };
}
