import { type AgentRun, type RunResult, type RunStateJson, TurnwiseError } from '@turnwise/core';
import { EngineStop, errorToJson } from '@turnwise/core/model';
import type { RunChange, RunRecord, RunStore, Segment } from '../store/run-store.ts';
import { decisionsFor } from './decisions.ts';
import type { DurableAgent, RunDecision } from './durable-agent.ts';
import { endAbortedRun } from './end-aborted-run.ts';
import { EventFeed } from './event-feed.ts';
import { findProblem, findRefusal } from './find-problem.ts';
import { Journal } from './journal.ts';
import { nextSegment, toEnd, toJson } from './run-end.ts';
import type { RunWatch } from './run-engine.ts';
import { isSessionProblem, RunSessions } from './run-sessions.ts';
import { RunWatches } from './run-watches.ts';

/** A run that this process continues now. */
interface ActiveRun {
  /** Whether something came from outside since the driver looked. */
  isWoken: boolean;
  done: Promise<void>;
  run?: AgentRun<unknown>;
  journal?: Journal;
  /** Why the store stopped it. */
  stop?: EngineStop;
  feed?: EventFeed;
}

/** Continues the runs of a store in this process, segment by segment. */
export class RunDriver {
  readonly #store: RunStore;
  readonly #agents: ReadonlyMap<string, DurableAgent>;
  readonly #sessions: RunSessions;
  readonly #active = new Map<string, ActiveRun>();
  readonly #watches = new RunWatches();
  #isClosing = false;

  constructor(
    store: RunStore,
    agents: ReadonlyMap<string, DurableAgent>,
    sessions: RunSessions = new RunSessions(store, store.sessions),
  ) {
    this.#store = store;
    this.#agents = agents;
    this.#sessions = sessions;
  }

  /** Reports the next change of a run, or why this process could not continue it. */
  watch(id: string): RunWatch {
    return this.#watches.watch(id);
  }

  /** Whether this process works on the run. */
  isActive(id: string): boolean {
    return this.#active.has(id);
  }

  /** The events of a run that is running. */
  feedOf(id: string): EventFeed | undefined {
    return this.#active.get(id)?.feed;
  }

  /** Continues a run if it can continue: it is running, or decisions for what it waits for have arrived. */
  wake(id: string, { isRecovered = false } = {}): void {
    if (this.#isClosing) return;
    const known = this.#active.get(id);
    if (known !== undefined) {
      known.isWoken = true;
      void this.#passAbort(id, known);
      return;
    }
    const active: ActiveRun = { isWoken: false, done: Promise.resolve() };
    this.#active.set(id, active);
    active.done = this.#work(id, active, isRecovered);
  }

  /** Lets effects that run end, for at most `graceMs`; then stops them. No other effect begins. */
  async close(graceMs: number): Promise<void> {
    this.#isClosing = true;
    const active = [...this.#active.values()];
    for (const { journal } of active) journal?.stop();
    const settled = Promise.all(active.map(({ done }) => done));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    for (const { run } of active) run?.suspend();
    await settled;
    this.#watches.close();
  }

  async #work(id: string, active: ActiveRun, isRecovered: boolean): Promise<void> {
    let error: unknown;
    try {
      let isFirst = isRecovered;
      do {
        active.isWoken = false;
        while (await this.#advance(id, active, isFirst)) isFirst = false;
      } while (active.isWoken && !this.#isClosing);
    } catch (thrown) {
      error = thrown;
    }
    this.#active.delete(id);
    active.feed?.end();
    this.#watches.notify(id, error);
  }

  /** Executes one segment, or enters the next one; whether something is left to do. */
  async #advance(id: string, active: ActiveRun, isRecovered: boolean): Promise<boolean> {
    const run = await this.#store.get(id);
    if (run === undefined || this.#isClosing) return false;
    if (run.status === 'running') return await this.#executeSegment(run.id, active, isRecovered);
    if (run.status === 'blocked') return await this.#endIfAborted(run);
    if (run.status !== 'waiting') return false;
    return await this.#enter(run);
  }

  /** Enters the segment that waits for decisions, if there is one or an abort. */
  async #enter(run: RunRecord): Promise<boolean> {
    const signals = await this.#store.signals(run.id);
    const { decisions, used } = decisionsFor(run, signals);
    const isAborted = signals.some(({ kind }) => kind === 'abort');
    if (used.length === 0 && !isAborted) return false;
    const { epoch } = await this.#store.claim(run.id);
    const segment = { ...(await this.#store.segment(run.id, run.segment)), decisions };
    await this.#store.change(run.id, epoch, { status: 'running', segment, consumes: used });
    this.#watches.notify(run.id);
    return true;
  }

  async #executeSegment(id: string, active: ActiveRun, isRecovered: boolean): Promise<boolean> {
    const run = await this.#store.claim(id);
    const saved = await this.#store.segment(id, run.segment);
    const problem = findProblem(run, this.#agents.get(run.agent)?.agent, saved);
    if (problem !== undefined) return await this.#block(run, problem);
    const rows = await this.#store.journal(id, run.segment);
    const segment = await this.#holdSession(run, saved, rows.length > 0);
    if (segment === undefined) return false;
    const journal = new Journal({
      key: { run: id, segment: run.segment, epoch: run.epoch },
      rows,
      isRecovered,
      store: this.#store,
      onStop: (stop) => {
        active.stop ??= stop;
        active.run?.suspend();
      },
    });
    active.journal = journal;
    active.feed = new EventFeed(run.segment);
    this.#watches.notify(id);
    try {
      // An error of the store after the run has ended does not end it as failed: the next process ends it.
      const end = await this.#runAgent(run, segment, active).then(
        (result) => () => this.#finish(run, result),
        (thrown: unknown) => () => this.#fail(run, segment, active.stop ?? thrown),
      );
      return await end();
    } finally {
      active.feed.end();
      delete active.run;
      delete active.journal;
      delete active.feed;
    }
  }

  /** The segment to execute; `undefined` if another run has the session: then the run is blocked. */
  async #holdSession(
    run: RunRecord,
    segment: Segment,
    hasRows: boolean,
  ): Promise<Segment | undefined> {
    if (run.session === undefined) return segment;
    try {
      const held = await this.#sessions.hold(run.session, segment, hasRows || segment.number > 0);
      if (held !== segment) {
        await this.#store.change(run.id, run.epoch, { status: 'running', segment: held });
      }
      return held;
    } catch (thrown) {
      if (!isSessionProblem(thrown)) throw thrown;
      await this.#block(run, thrown);
      return undefined;
    }
  }

  async #runAgent(
    run: RunRecord,
    segment: Segment,
    active: ActiveRun,
  ): Promise<RunResult<unknown>> {
    const { journal, feed } = active;
    const { agent, context } = this.#agents.get(run.agent) as DurableAgent;
    const agentRun = agent.resume(segment.state, {
      effects: journal as Journal,
      decisions: segment.decisions as unknown as Readonly<Record<string, RunDecision>>,
      // The agent and the function of its context belong together.
      context: (await context?.({ id: run.id, agent: run.agent })) as never,
    });
    active.run = agentRun;
    await this.#passAbort(run.id, active);
    for await (const event of agentRun) feed?.emit(event);
    const result = await agentRun.result;
    await this.#sessions.save(run, result);
    return result;
  }

  async #finish(run: RunRecord, result: RunResult<unknown>): Promise<boolean> {
    const segment = nextSegment(run, result.state, this.#agents);
    if (result.status === 'paused') {
      const waiting = toJson(result.waiting) as RunRecord['waiting'];
      await this.#change(run, { status: 'waiting', waiting, segment });
      return true;
    }
    const { status } = result;
    const signals = await this.#store.signals(run.id);
    const isEnded = await this.#change(run, {
      status,
      end: toEnd(result),
      segment,
      unlessInputWaits: status === 'completed',
      consumes: signals.flatMap(({ id, kind }) => (kind === 'abort' ? [id] : [])),
    });
    if (isEnded) return false;
    // The input came after the run had read its inbox for the last time.
    await this.#change(run, { status: 'running', segment });
    return true;
  }

  async #fail(run: RunRecord, { state: before }: Segment, thrown: unknown): Promise<false> {
    if (thrown instanceof EngineStop) return await this.#stop(run, thrown);
    const problem = findRefusal(thrown);
    if (problem !== undefined) return await this.#block(run, problem);
    const state = thrown instanceof TurnwiseError ? thrown.state : undefined;
    const segment = state === undefined ? undefined : nextSegment(run, state, this.#agents);
    try {
      const left = state ?? (before as unknown as RunStateJson);
      if (!isSessionProblem(thrown))
        await this.#sessions.save(run, { status: 'failed', state: left });
    } catch (lost) {
      if (lost instanceof EngineStop) return await this.#stop(run, lost);
      // The error of the run is more important than that of its session.
    }
    await this.#change(run, { status: 'failed', end: { error: errorToJson(thrown) }, segment });
    return false;
  }

  /** A run that was stopped and has not ended. Throws if this process cannot continue it now. */
  async #stop(run: RunRecord, stop: EngineStop): Promise<false> {
    const { reason, cause } = stop;
    const isDamaged = cause instanceof TurnwiseError && cause.code === 'store_damaged';
    if (reason === 'non_determinism') return await this.#block(run, stop);
    if (isDamaged) return await this.#block(run, cause);
    throw cause ?? stop;
  }

  async #block(
    run: RunRecord,
    { code, message }: NonNullable<RunRecord['problem']>,
  ): Promise<false> {
    const change: RunChange = { status: 'blocked', problem: { code, message } };
    await this.#change(
      run,
      (await endAbortedRun({ store: this.#store, sessions: this.#sessions }, run)) ?? change,
    );
    return false;
  }

  /** A run that is blocked cannot be continued, but it can be aborted. */
  async #endIfAborted({ id }: RunRecord): Promise<false> {
    const run = await this.#store.claim(id);
    const end = await endAbortedRun({ store: this.#store, sessions: this.#sessions }, run);
    if (end !== undefined) await this.#change(run, end);
    return false;
  }

  async #change(run: RunRecord, change: RunChange): Promise<boolean> {
    const isChanged = await this.#store.change(run.id, run.epoch, change);
    if (isChanged) this.#watches.notify(run.id);
    return isChanged;
  }

  async #passAbort(id: string, { run }: ActiveRun): Promise<void> {
    if (run === undefined) return;
    const signals = await this.#store.signals(id).catch(() => []);
    if (signals.some(({ kind }) => kind === 'abort')) run.abort();
  }
}
