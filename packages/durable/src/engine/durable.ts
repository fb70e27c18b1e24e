import { randomUUID } from 'node:crypto';
import type {
  AgentInput,
  JsonValue,
  RunEvent,
  RunStateJson,
  SessionStore,
  WaitingCall,
} from '@turnwise/core';
import { TurnwiseError } from '@turnwise/core';
import { checkOptions, option } from '@turnwise/core/model';
import { type RunFilter, type RunRecord, type RunStore, runStatuses } from '../store/run-store.ts';
import { runUnknown } from '../store/store-errors.ts';
import { awaitResult } from './await-result.ts';
import { addDecisions } from './decisions.ts';
import type { DurableAgent, RunDecision } from './durable-agent.ts';
import {
  agentMissing,
  decisionsMissing,
  notAnId,
  runsClosed,
  unknownAgent,
} from './engine-errors.ts';
import { readEvents } from './read-events.ts';
import { type DurableResult, hasEnded, runEnded } from './run-end.ts';
import type { RunBackend, RunEngine } from './run-engine.ts';
import { checkStartOptions, type StartRunOptions } from './start-run.ts';
import { StoreEngine } from './store-engine.ts';

/** The options of {@link durable}. */
export interface DurableOptions {
  /** Where the runs are, such as `sqlite('runs.db')`, or `restate()` of `@turnwise/durable/restate`. */
  readonly store: RunStore | RunBackend;
  /** The agents by the name that the store keeps: it must stay the same for as long as runs of it are open. */
  readonly agents: Readonly<Record<string, DurableAgent>>;
  /** Where the sessions of the runs are. @default store.sessions */
  readonly sessions?: SessionStore | undefined;
}

/** A call of a run that waits for a decision. */
export interface WaitingInRun {
  readonly runId: string;
  readonly agent: string;
  /** The call, why it waits, and the fingerprint for the decision. */
  readonly waiting: WaitingCall;
}

/**
 * Runs agents so that their runs survive the process: every result of a model and of a tool is stored before the run continues.
 * The process becomes the owner of the store and continues the runs that were interrupted. Throws `invalid_options`.
 *
 * @example
 * const runs = durable({ store: sqlite('runs.db'), agents: { billing: { agent } } });
 * const { id } = await runs.start('billing', 'Refund order ORD-7.');
 * const result = await runs.result(id);
 */
export function durable(options: DurableOptions): DurableRuns {
  const agent = option.methods('an Agent', 'seed', 'resume', 'fingerprint');
  if (options?.store === undefined || options.agents === undefined) {
    throw invalid('durable() needs `store` and `agents`.');
  }
  const bare = Object.entries(options.agents).find(([, each]) => agent.accepts(each));
  if (bare !== undefined)
    throw invalid(`agents["${bare[0]}"] is an agent. Put it into an object: { agent }.`);
  checkOptions(options, {
    name: 'durable()',
    known: {
      store: option.value('a RunStore, such as sqlite("runs.db"), or restate()', isStore),
      agents: option.record(option.object({ agent, context: option.func })),
      sessions: option.methods('a SessionStore', 'load', 'append', 'delete'),
    },
  });
  return new DurableRuns(options);
}

function invalid(problem: string): TurnwiseError {
  const example = "durable({ store: sqlite('runs.db'), agents: { billing: { agent } } })";
  return new TurnwiseError('invalid_options', `${problem} Example: ${example}.`);
}

/** The runs of a store; see {@link durable}. Its functions reject with `store_in_use` if another process owns the store. */
export class DurableRuns {
  readonly #engine: RunEngine;
  readonly #agents: ReadonlyMap<string, DurableAgent>;
  #ready: Promise<void> | undefined;
  #isClosed = false;

  /** @internal Created by `durable()`. */
  constructor({ store, agents, sessions }: DurableOptions) {
    this.#agents = new Map(Object.entries(agents));
    this.#engine =
      'createEngine' in store
        ? store.createEngine(this.#agents)
        : new StoreEngine(store, this.#agents, sessions);
    void this.ready().catch(() => undefined);
  }

  /** Resolves when this process owns the store and continues its interrupted runs. Rejects with the errors of the store. */
  ready(): Promise<void> {
    this.#ready ??= this.#engine.open();
    this.#ready.catch(() => {
      // The next use tries again.
      this.#ready = undefined;
    });
    return this.#ready;
  }

  /**
   * Starts a run and resolves when it is stored: from then on it is never lost. With the same `runId` and the same input it
   * returns the run that exists. Rejects with `run_exists` if that has another input, with `session_busy` if another run has the session,
   * with `calls_waiting` if that waits for decisions, with `store_failed` after close(), and with the errors of `agent.seed()`.
   */
  async start(agent: string, input: AgentInput, options: StartRunOptions = {}): Promise<RunRecord> {
    checkStartOptions(options);
    if (this.#isClosed) throw runsClosed();
    const known = this.#agents.get(agent);
    if (known === undefined) throw unknownAgent(agent, [...this.#agents.keys()]);
    await this.ready();
    return await this.#engine.start({
      name: agent,
      agent: known.agent,
      input,
      options,
      endRun: async (id: string) => {
        await this.abort(id);
        await this.result(id, { untilEnd: true });
      },
    });
  }

  /**
   * Gives decisions on calls that wait, by call id, and resolves when they are stored. The run continues with them at once;
   * calls without a decision wait on. A decision given twice changes nothing. Rejects with `run_unknown`, with `run_ended`, and
   * with `invalid_options` for a call that does not wait, a decision that is not complete or does not fit, arguments that the tool does not
   * accept, and a wrong fingerprint.
   */
  async decide(id: string, decisions: Readonly<Record<string, RunDecision>>): Promise<void> {
    const run = await this.#find(id);
    if (typeof decisions !== 'object' || decisions === null || Array.isArray(decisions)) {
      throw decisionsMissing();
    }
    await addDecisions(this.#engine, run, decisions, async (added) => {
      const { state } = await this.#engine.segment(id, run.segment);
      await this.#agentOf(run).agent.checkDecisions(state as unknown as RunStateJson, added);
    });
  }

  /**
   * Adds an input of the user to a run that has not ended, and resolves when it is stored: the run reads it before its next
   * request. `inputId` identifies it: the same one given twice is added once. Rejects with `run_unknown` and `run_ended`.
   */
  async addInput(
    id: string,
    input: AgentInput,
    options: { readonly inputId?: string | undefined } = {},
  ): Promise<void> {
    checkOptions(options, { name: 'addInput()', known: { inputId: option.text } });
    const { inputId = randomUUID() } = options;
    const run = await this.#find(id);
    const signalId = `input/${inputId}`;
    if (await this.#engine.hasSignal(id, signalId)) return;
    if (hasEnded(run)) throw runEnded(run);
    const { waitingInputs } = await this.#agentOf(run).agent.seed(input);
    // A seed has exactly the input that it was made for.
    const [body] = waitingInputs as readonly JsonValue[];
    await this.#engine.addSignals(run, [{ id: signalId, kind: 'input', body: body ?? null }]);
  }

  /**
   * Aborts a run: it ends with the status `stopped`. One that is blocked ends with the conversation that it had at its start or at
   * its last pause. Does nothing if it has ended. Rejects with `run_unknown`.
   */
  async abort(id: string): Promise<void> {
    const run = await this.#find(id);
    if (hasEnded(run)) return;
    const signal = { id: `abort/${run.segment}`, kind: 'abort', body: null } as const;
    await this.#engine.addSignals(run, [signal]);
  }

  /** A run; `undefined` if there is none with this id. */
  async get(id: string): Promise<RunRecord | undefined> {
    if (typeof id !== 'string') throw notAnId();
    await this.ready();
    return await this.#engine.get(id);
  }

  /** Runs in the order of their start, at most `limit` (100). For the next page, pass the last id as `after`. */
  async list(filter: RunFilter = {}): Promise<readonly RunRecord[]> {
    const known = {
      status: option.oneOf(...runStatuses),
      agent: option.text,
      after: option.text,
      limit: option.whole(1),
    };
    checkOptions(filter, { name: 'list()', known });
    await this.ready();
    return await this.#engine.list(filter);
  }

  /** What the runs wait for, in the order of their start. The filter selects runs, as in `list()`. */
  async waiting(filter: Omit<RunFilter, 'status'> = {}): Promise<readonly WaitingInRun[]> {
    const runs = await this.list({ ...filter, status: 'waiting' });
    return runs.flatMap(({ id, agent, waiting }) =>
      (waiting as unknown as readonly WaitingCall[]).map((each) => ({
        runId: id,
        agent,
        waiting: each,
      })),
    );
  }

  /**
   * How a run ended, or what it waits for; with `untilEnd` it also waits for the decisions. Rejects with the error of a run that
   * failed, with `agent_changed` and other problems of a run that is blocked, with `engine_stopped` if this process stops to
   * continue it, and with `run_unknown`.
   */
  async result(
    id: string,
    options: { readonly untilEnd?: boolean | undefined } = {},
  ): Promise<DurableResult> {
    checkOptions(options, { name: 'result()', known: { untilEnd: option.flag } });
    return await awaitResult(this.#engine, async () => await this.#find(id), id, options);
  }

  /**
   * The events of a run from its start, until it has ended or waits. With `after`, the `seq` of the last event that was read,
   * only later ones, also in another process. Events of segments that have ended come from their journals, so they need the agent as it
   * was: it throws `agent_changed`. Throws `run_unknown`.
   */
  async *events(
    id: string,
    options: { readonly after?: number | undefined } = {},
  ): AsyncGenerator<RunEvent, void> {
    checkOptions(options, { name: 'events()', known: { after: option.number({ min: -1 }) } });
    yield* readEvents(
      {
        engine: this.#engine,
        find: (runId) => this.#find(runId),
        agentOf: (run) => this.#agentOf(run),
      },
      id,
      options.after ?? -1,
    );
  }

  /**
   * Continues a run that is blocked or failed. `accept: 'changed-agent'` continues it with the present agent although that is not the
   * one that it was saved with: the results in its journal are used, and the run must still ask for the same effects. Rejects with
   * `run_unknown`, and with `run_ended` for a run that has a result.
   */
  async resume(
    id: string,
    options: { readonly accept?: 'changed-agent' | undefined } = {},
  ): Promise<void> {
    checkOptions(options, { name: 'resume()', known: { accept: option.oneOf('changed-agent') } });
    const run = await this.#find(id);
    const accepted = options.accept === undefined ? undefined : this.#agentOf(run).agent;
    await this.#engine.restart(run, accepted);
  }

  /**
   * Suspends the runs and closes the store. No tool and no request begins; those that run may end within `graceMs` (10,000), and are
   * then stopped. The next process continues the runs.
   */
  async close(options: { readonly graceMs?: number | undefined } = {}): Promise<void> {
    checkOptions(options, { name: 'close()', known: { graceMs: option.whole(0) } });
    this.#isClosed = true;
    await this.#ready?.catch(() => undefined);
    await this.#engine.close(options.graceMs ?? 10_000);
  }

  async #find(id: string): Promise<RunRecord> {
    const run = await this.get(id);
    if (run === undefined) throw runUnknown(id);
    return run;
  }

  #agentOf({ id, agent }: RunRecord): DurableAgent {
    const known = this.#agents.get(agent);
    if (known === undefined) throw agentMissing(id, agent, [...this.#agents.keys()]);
    return known;
  }
}

function isStore(given: unknown): boolean {
  const store = Object(given);
  return (
    typeof store.createEngine === 'function' ||
    ['own', 'record', 'signals'].every((name) => typeof store[name] === 'function')
  );
}
