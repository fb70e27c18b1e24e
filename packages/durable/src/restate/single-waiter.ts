import { setImmediate } from 'node:timers/promises';
import type { DriveContext, RestatePromise, RestateSdk } from './restate-sdk.ts';

interface Waiting {
  readonly name: string;
  readonly action: () => Promise<unknown>;
  readonly resolve: (value: never) => void;
  readonly reject: (reason: unknown) => void;
  promise?: RestatePromise<Won>;
}

type Won = { readonly waiting: Waiting; readonly value: unknown } | { readonly signal: unknown };

/** What a {@link SingleWaiter} needs. */
export interface WaiterOptions {
  readonly sdk: RestateSdk;
  readonly context: DriveContext;
  /** The number of the first signal. */
  readonly firstSignal: number;
  /** Called with each signal, in an order that a replay repeats. */
  readonly onSignal: (signal: unknown) => void;
  /** Called if an operator cancels the invocation. */
  readonly onCancel: () => void;
}

/**
 * Awaits the steps of an invocation that run in parallel, and its signals. Restate replays an invocation correctly only if one promise is
 * awaited at a time: here it is a race of all. The next race begins when every part of the present batch waits, so that the steps
 * begin in the same order in a replay.
 */
export class SingleWaiter {
  readonly #options: WaiterOptions;
  readonly #waiting = new Set<Waiting>();
  /** Parts of the present batch that have not ended; 0 outside of a batch. */
  #parts = 0;
  #isRacing = false;
  #nextSignal: number;
  #signal: RestatePromise<Won> | undefined;
  #stopped: Error | undefined;

  constructor(options: WaiterOptions) {
    this.#options = options;
    this.#nextSignal = options.firstSignal;
  }

  /** How many signals came so far, counted from the first of all. */
  get taken(): number {
    return this.#nextSignal - 1;
  }

  /** Executes an action as a step with this name, or returns its recorded value. */
  async run<Value>(name: string, action: () => Promise<Value>): Promise<Value> {
    if (this.#stopped !== undefined) throw this.#stopped;
    return await new Promise<Value>((resolve, reject) => {
      this.#waiting.add({ name, action, resolve: resolve as Waiting['resolve'], reject });
      this.#continue();
    });
  }

  /** Begins a batch with this number of parts. */
  begin(parts: number): void {
    this.#parts = parts;
  }

  /** Ends a part of the batch. */
  end(): void {
    this.#parts -= 1;
    this.#continue();
  }

  /** Rejects everything that waits: the attempt has ended. */
  stop(reason: Error): void {
    this.#stopped ??= reason;
    for (const { reject } of this.#waiting) reject(this.#stopped);
    this.#waiting.clear();
  }

  #continue(): void {
    if (this.#isRacing || this.#waiting.size === 0 || this.#waiting.size < this.#parts) return;
    this.#isRacing = true;
    void this.#race().finally(() => {
      this.#isRacing = false;
      this.#continue();
    });
  }

  /** Waits until one step has ended. */
  async #race(): Promise<void> {
    while (this.#stopped === undefined) {
      const won = await this.#next();
      await setImmediate();
      if (won === undefined) continue;
      if ('waiting' in won) {
        this.#waiting.delete(won.waiting);
        won.waiting.resolve(won.value as never);
        return;
      }
      this.#signal = undefined;
      this.#nextSignal += 1;
      this.#options.onSignal(won.signal);
    }
  }

  async #next(): Promise<Won | undefined> {
    const { sdk, context, onCancel } = this.#options;
    this.#signal ??= context
      .signal<unknown>(String(this.#nextSignal))
      .map((signal): Won => ({ signal }));
    for (const waiting of this.#waiting) {
      waiting.promise ??= context
        .run(waiting.name, waiting.action)
        .map((value): Won => ({ waiting, value }));
    }
    const steps = [...this.#waiting].flatMap(({ promise }) =>
      promise === undefined ? [] : [promise],
    );
    try {
      return await sdk.RestatePromise.race([...steps, this.#signal]);
    } catch {
      // The only error of these promises: steps record errors as values.
      onCancel();
      return undefined;
    }
  }
}
