import type { SessionStore } from '@turnwise/core';
import type { RunFilter, RunRecord, RunStore, Segment, Signal } from '../store/run-store.ts';
import type { DurableAgent, EngineAgent } from './durable-agent.ts';
import { storeInUse } from './engine-errors.ts';
import { reopenRun } from './reopen-run.ts';
import { RunDriver } from './run-driver.ts';
import type { RunEngine, RunWatch, StartRequest } from './run-engine.ts';
import { RunSessions } from './run-sessions.ts';
import { startRun } from './start-run.ts';
import { wakeOpenRuns } from './wake-open-runs.ts';

/** The engines that own a store now, by the store: its owner is a process, and two engines of one process would execute the same runs. */
const owners = new WeakMap<RunStore, StoreEngine>();

/** Continues the runs of a store in this process, which becomes the owner of the store. */
export class StoreEngine implements RunEngine {
  readonly #store: RunStore;
  readonly #driver: RunDriver;
  readonly #sessions: RunSessions;
  /** Starts one run after the other, so that the second one on a session finds the first. */
  #lastStart: Promise<unknown> = Promise.resolve();
  #stopWatching = () => {};

  constructor(
    store: RunStore,
    agents: ReadonlyMap<string, DurableAgent>,
    sessions: SessionStore = store.sessions,
  ) {
    this.#store = store;
    this.#sessions = new RunSessions(store, sessions);
    this.#driver = new RunDriver(store, agents, this.#sessions);
  }

  async open(): Promise<void> {
    if ((owners.get(this.#store) ?? this) !== this) throw storeInUse();
    owners.set(this.#store, this);
    await this.#store.own().catch((thrown: unknown) => {
      owners.delete(this.#store);
      throw thrown;
    });
    this.#stopWatching();
    this.#stopWatching = this.#store.onSignal((id) => this.wake(id));
    await wakeOpenRuns(this.#store, (id) => this.#driver.wake(id, { isRecovered: true }));
  }

  async start({ name, agent, input, options, endRun }: StartRequest): Promise<RunRecord> {
    const sources = { store: this.#store, sessions: this.#sessions, endRun };
    const before = options.session === undefined ? undefined : this.#lastStart;
    const starting = (async () => {
      await before;
      return await startRun(sources, { name, agent }, input, options);
    })();
    if (options.session !== undefined) this.#lastStart = starting.catch(() => undefined);
    const run = await starting;
    this.wake(run.id);
    return run;
  }

  async get(id: string): Promise<RunRecord | undefined> {
    return await this.#store.get(id);
  }

  async list(filter?: RunFilter): Promise<readonly RunRecord[]> {
    return await this.#store.list(filter);
  }

  async segment(id: string, number: number): Promise<Segment> {
    return await this.#store.segment(id, number);
  }

  async journal(id: string, segment: number) {
    return await this.#store.journal(id, segment);
  }

  async hasSignal(run: string, id: string): Promise<boolean> {
    return await this.#store.hasSignal(run, id);
  }

  async addSignals({ id }: RunRecord, signals: readonly Signal[]): Promise<void> {
    for (const signal of signals) await this.#store.addSignal(id, signal);
    this.wake(id);
  }

  async restart(run: RunRecord, accepted: EngineAgent | undefined): Promise<void> {
    if (this.isActive(run.id)) return;
    await reopenRun(this.#store, run, accepted);
    this.wake(run.id);
  }

  wake(id: string): void {
    this.#driver.wake(id);
  }

  watch(id: string): RunWatch {
    return this.#driver.watch(id);
  }

  isActive(id: string): boolean {
    return this.#driver.isActive(id);
  }

  feedOf(id: string) {
    return this.#driver.feedOf(id);
  }

  async close(graceMs: number): Promise<void> {
    this.#stopWatching();
    await this.#driver.close(graceMs);
    if ((owners.get(this.#store) ?? this) !== this) return;
    owners.delete(this.#store);
    await this.#store.close();
  }
}
