import type { AgentRun } from '@turnwise/core';
import { EngineStop } from '@turnwise/core/model';
import { EventFeed } from '../engine/event-feed.ts';
import type { Signal } from '../store/run-store.ts';
import type { RestateEffects } from './restate-effects.ts';
import type { SingleWaiter } from './single-waiter.ts';

/** An attempt to execute a segment in this process. */
export class ActiveDrive {
  readonly effects: RestateEffects;
  readonly feed: EventFeed;
  readonly #waiter: SingleWaiter;
  #run: AgentRun<unknown> | undefined;
  #isAborted = false;
  #hasEnded = false;
  #onEnd = () => {};
  /** Resolves when it has ended. */
  readonly done: Promise<void>;

  constructor(segment: number, waiter: SingleWaiter, effects: RestateEffects) {
    this.feed = new EventFeed(segment);
    this.effects = effects;
    this.#waiter = waiter;
    this.done = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  /** Whether the attempt has ended, for example because the connection to Restate was lost. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** How many signals it has used up. */
  get taken(): number {
    return this.#waiter.taken;
  }

  /** When its last effect ended, or `begun`. The same in a replay: it comes from the journal. */
  lastTime(begun: number): number {
    return this.effects.rows.findLast(({ kind }) => kind !== 'inbox')?.at ?? begun;
  }

  begin(run: AgentRun<unknown>): void {
    this.#run = run;
    if (this.#isAborted) run.abort();
  }

  /** Takes what came from outside. */
  take(signal: Signal): void {
    if (signal.kind === 'input') this.effects.addInput(signal);
    else this.abort();
  }

  abort(): void {
    this.#isAborted = true;
    this.#run?.abort();
  }

  /** No effect begins any more. */
  stop(): void {
    this.effects.stop();
  }

  /** Stops the effects that run. */
  suspend(): void {
    this.#run?.suspend();
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.effects.stop();
    this.#waiter.stop(new EngineStop('suspended'));
    this.#run?.suspend();
    this.feed.end();
    this.#onEnd();
  }
}
