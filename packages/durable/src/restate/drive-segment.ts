import { randomUUID } from 'node:crypto';
import { type RunResult, type RunStateJson, TurnwiseError } from '@turnwise/core';
import { abortSavedRun, EngineStop, errorToJson } from '@turnwise/core/model';
import type { DurableAgent, EngineAgent, RunDecision } from '../engine/durable-agent.ts';
import { findProblem, findRefusal } from '../engine/find-problem.ts';
import { nextSegment, toEnd, toJson } from '../engine/run-end.ts';
import type { JournalRow, RunChange, Segment, Signal } from '../store/run-store.ts';
import { ActiveDrive } from './active-drive.ts';
import { changedRun } from './changed-run.ts';
import {
  type CloseRequest,
  type DriveReply,
  type DriveRequest,
  type InboxState,
  type ObjectNames,
  type StoredRun,
  type StoredSegment,
  stateKey,
} from './messages.ts';
import { type ObjectCall, type ObjectCalls, objectCalls } from './object-calls.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { RestateClient } from './restate-client.ts';
import { RestateEffects } from './restate-effects.ts';
import type { DriveContext, RestateSdk } from './restate-sdk.ts';
import { SingleWaiter } from './single-waiter.ts';
import { readJournal, storeJournal, toStoredRow } from './stored-journal.ts';
import { storeSegment } from './stored-segment.ts';
import { attemptLater, blockAttempt, toRetry } from './stuck-run.ts';

/** What a worker needs to execute segments. */
export interface DriveParts {
  readonly sdk: RestateSdk;
  readonly names: ObjectNames;
  readonly client: RestateClient;
  readonly blobs: RestateBlobs;
  readonly agents: ReadonlyMap<string, DurableAgent>;
  /** The runs that this process works on, by id. */
  readonly active: Map<string, ActiveDrive>;
  readonly isClosing: () => boolean;
}

/** How an attempt to execute a segment began. */
interface Beginning {
  readonly attempt: string;
  readonly fingerprint: string;
  readonly problem: NonNullable<StoredRun['problem']> | null;
  readonly at: number;
}

/** Executes a segment of a run in an invocation, and stores how it ended: the handler `drive` of the object of the run. */
export async function driveSegment(
  parts: DriveParts,
  context: DriveContext,
  request: DriveRequest,
): Promise<DriveReply | undefined> {
  return await new Drive(parts, context, request).execute();
}

class Drive {
  readonly #parts: DriveParts;
  readonly #context: DriveContext;
  readonly #request: DriveRequest;
  readonly #run: StoredRun;
  readonly #calls: ObjectCalls;
  readonly #attempt = randomUUID();
  /** Milliseconds that the earlier segments took. */
  #workedBefore = 0;

  constructor(parts: DriveParts, context: DriveContext, request: DriveRequest) {
    this.#parts = parts;
    this.#calls = objectCalls(parts.sdk);
    this.#context = context;
    this.#request = request;
    this.#run = { ...request.run, drive: context.request().id };
  }

  async execute(): Promise<DriveReply | undefined> {
    const { sdk, isClosing } = this.#parts;
    if (isClosing()) throw attemptLater(sdk);
    this.#context.set(stateKey.run, this.#run);
    const unread = await this.#openInbox();
    const begun = await this.#begin();
    if (begun.problem !== null) return await this.#block(begun.problem, begun.at);
    await this.#refuseChangedAgent(begun);
    const earlier = await this.#earlierRows();
    const drive = this.#activate(unread, begun, earlier);
    try {
      return await this.#runSegment(drive, unread, begun, earlier);
    } catch (thrown) {
      throw drive.hasEnded ? attemptLater(sdk) : toRetry(sdk, thrown);
    } finally {
      drive.end();
      if (this.#parts.active.get(this.#run.id) === drive) this.#parts.active.delete(this.#run.id);
    }
  }

  /** The inbox of a new run is empty, and finds this invocation when something comes. */
  async #openInbox(): Promise<readonly Signal[]> {
    if (this.#request.isFirst) return [];
    const call = this.#inboxCall('open', this.#context.request().id);
    return await this.#calls.call<readonly Signal[]>(this.#context, call);
  }

  async #begin(): Promise<Beginning> {
    const { segment } = this.#request;
    return await this.#context.run('begin', () => ({
      attempt: this.#attempt,
      fingerprint: this.#fingerprint(),
      problem: findProblem(this.#run, this.#agent(), segment) ?? null,
      at: Date.now(),
    }));
  }

  /** The agent may have been changed since an earlier attempt; what that has recorded is not lost. */
  async #refuseChangedAgent({ fingerprint }: Beginning): Promise<void> {
    const { client, names, sdk } = this.#parts;
    const problem = findProblem(this.#run, this.#agent(), { fingerprint });
    if (problem === undefined) return;
    const target = { service: names.inbox, key: this.#run.id, handler: 'get' };
    const { accepted } = await client.call<InboxState>(target);
    if (accepted === null || accepted !== this.#fingerprint()) throw blockAttempt(sdk, problem);
  }

  async #earlierRows(): Promise<readonly JournalRow[]> {
    const { segment, hasRows } = this.#request;
    if (!hasRows) return [];
    const read = async <Value>(key: string) => await this.#context.get<Value>(key);
    return await readJournal(read, this.#parts.blobs, segment.number);
  }

  #activate(
    unread: readonly Signal[],
    begun: Beginning,
    earlier: readonly JournalRow[],
  ): ActiveDrive {
    const { sdk, blobs, active } = this.#parts;
    const context = this.#context;
    const waiter = new SingleWaiter({
      sdk,
      context,
      firstSignal: unread.length + 1,
      onSignal: (signal) => drive.take(signal as Signal),
      onCancel: () => drive.abort(),
    });
    const effects = new RestateEffects({
      context,
      waiter,
      blobs,
      attempt: this.#attempt,
      isRecovered: begun.attempt !== this.#attempt,
      earlier,
    });
    const drive: ActiveDrive = new ActiveDrive(this.#request.segment.number, waiter, effects);
    active.set(this.#run.id, drive);
    context.request().attemptCompletedSignal.addEventListener('abort', () => drive.end());
    return drive;
  }

  async #runSegment(
    drive: ActiveDrive,
    unread: readonly Signal[],
    begun: Beginning,
    earlier: readonly JournalRow[],
  ): Promise<DriveReply | undefined> {
    const { agents, blobs } = this.#parts;
    const { segment, decisions, isAborted } = this.#request;
    const { agent, context } = agents.get(this.#run.agent) as DurableAgent;
    const state = JSON.parse(await blobs.read(segment.state));
    this.#workedBefore = Number(state.workedMs ?? 0);
    let result: RunResult<unknown>;
    try {
      const run = agent.resume(state, {
        effects: drive.effects,
        decisions: decisions as unknown as Readonly<Record<string, RunDecision>>,
        context: (await context?.({ id: this.#run.id, agent: this.#run.agent })) as never,
      });
      drive.begin(run);
      for (const signal of unread) drive.take(signal);
      if (isAborted) drive.abort();
      for await (const event of run) drive.feed.emit(event);
      result = await run.result;
    } catch (thrown) {
      if (thrown instanceof EngineStop) throw thrown;
      const problem = findRefusal(thrown);
      if (problem !== undefined) return await this.#block(problem, begun.at);
      return await this.#fail(drive, thrown, begun, earlier);
    }
    return await this.#finish(drive, result, begun);
  }

  /** A run that cannot be continued can be aborted. */
  async #block(problem: NonNullable<StoredRun['problem']>, at: number): Promise<DriveReply> {
    if (this.#request.isAborted) return await this.#endAborted(at);
    const run = await this.#change({ status: 'blocked', problem }, at);
    this.#calls.send(this.#context, this.#inboxCall('close', { taken: 0, end: null, at }));
    return { run };
  }

  async #endAborted(at: number): Promise<DriveReply> {
    const { number, fingerprint, state } = this.#request.segment;
    const saved = abortSavedRun(JSON.parse(await this.#parts.blobs.read(state)));
    const next = { number: number + 1, state: toJson(saved), decisions: {}, fingerprint };
    const segment = await storeSegment(this.#context, this.#parts.blobs, next);
    const end = { reason: 'aborted' };
    const run = await this.#change({ status: 'stopped', end, segment: next }, at);
    this.#calls.send(this.#context, this.#inboxCall('close', { taken: 0, end: 'other', at }));
    return { run, segment };
  }

  async #finish(
    drive: ActiveDrive,
    result: RunResult<unknown>,
    begun: Beginning,
  ): Promise<DriveReply | undefined> {
    const at = drive.lastTime(begun.at);
    const next = this.#next(result.state, at - begun.at);
    const segment = await storeSegment(this.#context, this.#parts.blobs, next);
    storeJournal(this.#context, this.#run.segment, drive.effects.rows);
    const taken = drive.taken;
    if (result.status === 'paused') {
      const waiting = toJson(result.waiting) as StoredRun['waiting'];
      const run = await this.#change({ status: 'waiting', waiting, segment: next }, at);
      this.#calls.send(this.#context, this.#inboxCall('close', { taken, end: null, at }));
      return { run, segment };
    }
    const { status } = result;
    const kind = status === 'completed' ? 'completed' : 'other';
    const close = this.#inboxCall('close', { taken, end: kind, at });
    const hasEnded = await this.#calls.call<boolean>(this.#context, close);
    if (hasEnded) {
      const run = await this.#change({ status, end: toEnd(result), segment: next }, at);
      return { run, segment };
    }
    // The input came after the run had read its inbox for the last time.
    await this.#continue(next, segment, at);
    return undefined;
  }

  async #continue(next: Segment, segment: StoredSegment, at: number): Promise<void> {
    const { drive: _drive, ...run } = await this.#change({ status: 'running', segment: next }, at);
    this.#context.set(stateKey.run, run);
    const entry = { decisions: {}, isAborted: false, hasRows: false, isFirst: false };
    const parameter: DriveRequest = { run, segment, ...entry };
    const service = this.#parts.names.run;
    this.#calls.send(this.#context, { service, method: 'drive', key: run.id, parameter });
  }

  async #fail(
    drive: ActiveDrive,
    thrown: unknown,
    begun: Beginning,
    earlier: readonly JournalRow[],
  ): Promise<DriveReply> {
    const state = thrown instanceof TurnwiseError ? thrown.state : undefined;
    const at = drive.lastTime(begun.at);
    const next = state === undefined ? undefined : this.#next(state, at - begun.at);
    if (next !== undefined) await storeSegment(this.#context, this.#parts.blobs, next);
    const before = await Promise.all(
      earlier.map(async (row) => await toStoredRow(row, this.#parts.blobs)),
    );
    storeJournal(this.#context, this.#run.segment, [...before, ...drive.effects.rows]);
    const end = { error: errorToJson(thrown) };
    const run = await this.#change({ status: 'failed', end, segment: next }, at);
    // Without a state the inputs are read again when the run continues.
    const taken = next === undefined ? 0 : drive.taken;
    this.#calls.send(this.#context, this.#inboxCall('close', { taken, end: 'other', at }));
    return { run };
  }

  /** The next segment, the same in a replay: the time that this one took comes from the journal. */
  #next(state: RunStateJson, tookMs: number): Segment {
    const workedMs = this.#workedBefore + Math.max(0, tookMs);
    return nextSegment(this.#run, { ...state, workedMs }, this.#parts.agents);
  }

  async #change(change: RunChange, at: number): Promise<StoredRun> {
    const run = await changedRun(this.#run, change, { at, blobs: this.#parts.blobs });
    this.#context.set(stateKey.run, run);
    return run;
  }

  #inboxCall(method: string, parameter: string | CloseRequest): ObjectCall {
    return { service: this.#parts.names.inbox, method, key: this.#run.id, parameter };
  }

  #fingerprint(): string {
    return this.#agent()?.fingerprint() ?? '';
  }

  #agent(): EngineAgent | undefined {
    return this.#parts.agents.get(this.#run.agent)?.agent;
  }
}
