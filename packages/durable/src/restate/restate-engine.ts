import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { EngineStop } from '@turnwise/core/model';
import type { DurableAgent, EngineAgent } from '../engine/durable-agent.ts';
import { noSessions, runExists } from '../engine/engine-errors.ts';
import type { EventFeed } from '../engine/event-feed.ts';
import { runEnded } from '../engine/run-end.ts';
import type {
  StartRequest as EngineStart,
  ReportedRun,
  RunEngine,
  RunWatch,
} from '../engine/run-engine.ts';
import { seedRun } from '../engine/start-run.ts';
import type { JournalRow, RunFilter, RunRecord, Segment, Signal } from '../store/run-store.ts';
import type { ActiveDrive } from './active-drive.ts';
import { toDecideRequest } from './decide-request.ts';
import {
  type AddReply,
  type DriveReply,
  type InboxState,
  type ObjectNames,
  type RestartRequest,
  type SegmentReply,
  type StoredRun,
  stateKey,
} from './messages.ts';
import type { RestateAdmin, StuckInvocation } from './restate-admin.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { CallTarget, RestateClient } from './restate-client.ts';
import { loadRestateSdk } from './restate-sdk.ts';
import { readRun, type StartParts, startOnce } from './start-once.ts';
import { readJournal } from './stored-journal.ts';
import { readSegment } from './stored-segment.ts';
import { withProblem } from './stuck-run.ts';
import { type LastLook, watchRun } from './watch-run.ts';
import { type RestateWorker, serveWorker, type WorkerServer } from './worker-server.ts';

/** What a {@link RestateEngine} uses. */
export interface RestateEngineOptions {
  readonly names: ObjectNames;
  readonly client: RestateClient;
  readonly admin: RestateAdmin;
  readonly blobs: RestateBlobs;
  readonly agents: ReadonlyMap<string, DurableAgent>;
  readonly worker: RestateWorker | undefined;
}

/** Runs in Restate: it keeps them, and calls a worker to execute each segment. */
export class RestateEngine implements RunEngine {
  readonly #options: RestateEngineOptions;
  readonly #active = new Map<string, ActiveDrive>();
  /** The runs that were running when they were read last. */
  readonly #running = new Map<string, LastLook>();
  readonly #closing = new AbortController();
  #server: WorkerServer | undefined;

  constructor(options: RestateEngineOptions) {
    this.#options = options;
    // Every request listens to it. Node warns about more than ten listeners.
    setMaxListeners(0, this.#closing.signal);
  }

  async open(): Promise<void> {
    const { names, client, blobs, agents, worker, admin } = this.#options;
    if (worker === undefined) return;
    const sdk = await loadRestateSdk();
    this.#server ??= await serveWorker(
      {
        sdk,
        names,
        client,
        blobs,
        agents,
        active: this.#active,
        isClosing: () => this.#closing.signal.aborted,
      },
      worker,
    );
    await admin.register(this.#server.url);
  }

  async start({ name, agent, input, options }: EngineStart): Promise<RunRecord> {
    if (options.session !== undefined) throw noSessions();
    const { runId = randomUUID() } = options;
    const seeded = await seedRun({ name, agent }, input, { runId });
    const mayExist = options.runId !== undefined;
    const { run, isNew } = await startOnce(this.#parts(), seeded, { mayExist });
    if (run.input !== seeded.input) throw runExists(runId);
    this.#look(run, { isNew });
    return await this.#toRecord(run);
  }

  async get(id: string): Promise<RunRecord | undefined> {
    const run = await readRun(this.#parts(), id);
    if (run === undefined) return undefined;
    this.#look(run);
    if (run.status !== 'running' || run.drive === undefined || this.#active.has(id)) {
      return await this.#toRecord(run);
    }
    const [stuck] = await this.#stuck(`WHERE id = '${run.drive}'`);
    return withProblem(await this.#toRecord(run), stuck);
  }

  async list({ status, agent, after, limit = 100 }: RunFilter = {}) {
    const { admin, names } = this.#options;
    const rows = await admin.query<{ readonly value_utf8: string }>(
      `SELECT value_utf8 FROM state WHERE service_name = '${names.run}' AND key = '${stateKey.run}'`,
    );
    const stuck = await this.#stuck(`WHERE target_service_name = '${names.run}'`);
    const byId = new Map(stuck.map((each) => [each.id, each]));
    const runs = rows
      .map(({ value_utf8: text }): StoredRun => JSON.parse(text))
      .map((run) => withProblem(run, byId.get(run.drive ?? '')))
      .toSorted((one, other) => one.createdAt - other.createdAt || (one.id < other.id ? -1 : 1));
    const start = after === undefined ? 0 : runs.findIndex(({ id }) => id === after) + 1;
    const listed = runs
      .slice(start)
      .filter((run) => status === undefined || run.status === status)
      .filter((run) => agent === undefined || run.agent === agent)
      .slice(0, limit);
    return await Promise.all(listed.map(async (run) => await this.#toRecord(run)));
  }

  async segment(id: string, number: number): Promise<Segment> {
    const reply = await this.#callRun<SegmentReply>(id, 'segment', number);
    return await readSegment(this.#options.blobs, { run: id, number }, reply);
  }

  async journal(id: string, segment: number): Promise<readonly JournalRow[]> {
    const read = async <Value>(key: string) => await this.#read<Value>(id, key);
    return await readJournal(read, this.#options.blobs, segment);
  }

  async hasSignal(id: string, signal: string): Promise<boolean> {
    const [kind, segment, ...callId] = signal.split('/');
    if (kind === 'decision') {
      const decided = await this.#read<object>(id, stateKey.decided(Number(segment)));
      return decided !== null && Object.hasOwn(decided, callId.join('/'));
    }
    const { ids } = await this.#callInbox<InboxState>(id, 'get');
    return ids.includes(signal);
  }

  async addSignals(run: RunRecord, signals: readonly Signal[]): Promise<void> {
    const decisions = signals.filter(({ kind }) => kind === 'decision');
    const others = signals.filter(({ kind }) => kind !== 'decision');
    if (decisions.length > 0) {
      await this.#callRun(run.id, 'decide', toDecideRequest(run, decisions));
    }
    if (others.length === 0) return;
    const at = Date.now();
    const reply = await this.#callInbox<AddReply>(run.id, 'add', { signals: others, at });
    if (reply.isClosed && others.some(({ kind }) => kind === 'input')) {
      throw runEnded((await this.get(run.id)) ?? run);
    }
    const isAborted = others.some(({ kind }) => kind === 'abort');
    if (!isAborted) return;
    // The inbox has sent the same; here it is awaited.
    if (!reply.isDriven) return await this.#callRun(run.id, 'wake', at);
    const drive = this.#running.get(run.id)?.drive;
    // An invocation that is repeated without success does not read its signals. What the inbox has sent is executed after it.
    if (run.status === 'blocked' && drive !== undefined) await this.#options.admin.kill(drive);
  }

  async restart(run: RunRecord, accepted: EngineAgent | undefined): Promise<void> {
    if (run.status === 'completed' || run.status === 'stopped') throw runEnded(run);
    const fingerprint = accepted?.fingerprint();
    const drive = this.#running.get(run.id)?.drive;
    const stored = await this.#callRun<StoredRun>(run.id, 'get');
    if (stored.status === 'running' && drive !== undefined) {
      if (fingerprint !== undefined) await this.#callInbox(run.id, 'accept', fingerprint);
      return await this.#options.admin.resume(drive);
    }
    const request: RestartRequest = { at: Date.now(), fingerprint: fingerprint ?? null };
    await this.#callRun(run.id, 'restart', request);
  }

  wake(): void {
    // Restate continues every run.
  }

  watch(id: string): RunWatch {
    const look = this.#running.get(id) ?? { isRunning: false };
    if (look.isNew === true) this.#running.set(id, { ...look, isNew: false });
    return watchRun({
      client: this.#options.client,
      closing: this.#closing.signal,
      isNew: look.isNew === true,
      lastLook: () => this.#running.get(id) ?? { isRunning: false },
      toReport: async (reply) => await this.#report(reply),
    });
  }

  async #report({ run, segment }: DriveReply): Promise<ReportedRun> {
    this.#look(run);
    const place = { run: run.id, number: run.segment };
    return {
      run: await this.#toRecord(run),
      segment: async () =>
        segment === undefined
          ? await this.segment(run.id, run.segment)
          : await readSegment(this.#options.blobs, place, { segment }),
    };
  }

  isActive(): boolean {
    return false;
  }

  feedOf(id: string): EventFeed | undefined {
    return this.#active.get(id)?.feed;
  }

  async close(graceMs: number): Promise<void> {
    this.#closing.abort(new EngineStop('suspended'));
    const drives = [...this.#active.values()];
    for (const drive of drives) drive.stop();
    const settled = Promise.all(drives.map(({ done }) => done));
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([settled, late]);
    clearTimeout(timer);
    for (const drive of drives) drive.suspend();
    await this.#server?.close();
    this.#server = undefined;
  }

  #parts(): StartParts {
    const { names, client, blobs } = this.#options;
    return { names, client, blobs, signal: this.#closing.signal };
  }

  async #callRun<Reply>(key: string, handler: string, parameter?: unknown): Promise<Reply> {
    return await this.#call({ service: this.#options.names.run, key, handler }, parameter);
  }

  async #callInbox<Reply>(key: string, handler: string, parameter?: unknown): Promise<Reply> {
    return await this.#call({ service: this.#options.names.inbox, key, handler }, parameter);
  }

  async #call<Reply>(target: CallTarget, parameter: unknown): Promise<Reply> {
    return await this.#options.client.call(target, parameter, this.#closing.signal);
  }

  async #read<Value>(id: string, key: string): Promise<Value | null> {
    return await this.#callRun(id, 'read', key);
  }

  /** Remembers the invocation of a run. One that has just begun is not in the record yet. */
  #look(
    { id, status, drive = this.#running.get(id)?.drive }: StoredRun,
    { isNew = false } = {},
  ): void {
    if (status === 'running') this.#running.set(id, { isRunning: true, drive, isNew });
    else this.#running.delete(id);
  }

  async #toRecord({ drive: _drive, end, ...record }: StoredRun): Promise<RunRecord> {
    if (end === undefined) return record;
    return { ...record, end: JSON.parse(await this.#options.blobs.read(end)) };
  }

  async #stuck(condition: string): Promise<readonly StuckInvocation[]> {
    const columns = 'id, last_failure, last_failure_error_code';
    // An attempt that has begun keeps the failure of the attempt before for some milliseconds.
    const waits = "last_failure IS NOT NULL AND status IN ('backing-off', 'paused')";
    return await this.#options.admin.query(
      `SELECT ${columns} FROM sys_invocation ${condition} AND ${waits}`,
    );
  }
}
