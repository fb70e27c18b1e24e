import type { AgentInput, BlobStore } from '@turnwise/core';
import type { JournalRow, RunFilter, RunRecord, Segment, Signal } from '../store/run-store.ts';
import type { DurableAgent, EngineAgent } from './durable-agent.ts';
import type { EventFeed } from './event-feed.ts';
import type { StartRunOptions } from './start-run.ts';

/** Keeps runs and continues them, in this process or in others. The functions without a comment are those of a `RunStore`. */
export interface RunEngine {
  /** Connects it, and continues the runs that were interrupted. Its errors are those of `DurableRuns.ready()`. */
  open(): Promise<void>;
  /** Adds a run, if there is none with its id, and continues it. Rejects as `DurableRuns.start()` describes. */
  start(request: StartRequest): Promise<RunRecord>;
  get(id: string): Promise<RunRecord | undefined>;
  list(filter?: RunFilter): Promise<readonly RunRecord[]>;
  segment(id: string, number: number): Promise<Segment>;
  journal(id: string, segment: number): Promise<readonly JournalRow[]>;
  hasSignal(run: string, id: string): Promise<boolean>;
  /** Adds signals that were not added before, and continues the run with them. Rejects with `run_ended` for an input that is too late. */
  addSignals(run: RunRecord, signals: readonly Signal[]): Promise<void>;
  /** Continues a run that is blocked or failed; with an agent, also if it was saved with another one. Rejects with `run_ended`. */
  restart(run: RunRecord, accepted: EngineAgent | undefined): Promise<void>;
  /** Continues a run that was left, if this process does that. */
  wake(id: string): void;
  /** Watches a run, and keeps the process alive until `cancel`. */
  watch(id: string): RunWatch;
  /** Whether this process works on the run. */
  isActive(id: string): boolean;
  /** The events of a run that is running in this process. */
  feedOf(id: string): EventFeed | undefined;
  /** Suspends the runs of this process, and closes what it has opened. */
  close(graceMs: number): Promise<void>;
}

/** A run to start. */
export interface StartRequest {
  readonly name: string;
  readonly agent: DurableAgent['agent'];
  readonly input: AgentInput;
  readonly options: StartRunOptions;
  /** Aborts a run, and resolves when it has ended. */
  readonly endRun: (id: string) => Promise<void>;
}

/** Reports changes of one run. */
export interface RunWatch {
  /** Whether the run was just started by this process, and reports its end: there is nothing to read before. */
  readonly isNew: boolean;
  /**
   * Resolves when the run has changed, or may have changed, since the watch began or this was called last; with the run, if that came
   * with the report. Rejects if the run cannot be continued here.
   */
  changed(): Promise<ReportedRun | undefined>;
  cancel(): void;
}

/** A run that has ended or waits. */
export interface ReportedRun {
  readonly run: RunRecord;
  /** Its present segment. */
  segment(): Promise<Segment>;
}

/** A service that continues runs over machines, such as `restate()`. */
export interface RunBackend {
  /** The bytes of images. */
  readonly blobs: BlobStore;
  /** @internal Called by `durable()`. */
  createEngine(agents: ReadonlyMap<string, DurableAgent>): RunEngine;
}
