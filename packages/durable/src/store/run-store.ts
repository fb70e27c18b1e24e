import type { BlobStore, JsonValue, SessionStore } from '@turnwise/core';
import type { EffectKind } from '@turnwise/core/model';

/**
 * The progress of a run. `running`: it works, or it was interrupted and its owner continues it. `waiting`: for decisions. `blocked`: it
 * does not continue automatically, for example because its agent was changed; see `RunRecord.problem`.
 */
export type RunStatus = 'running' | 'waiting' | 'blocked' | 'completed' | 'stopped' | 'failed';

/** Every status that a run can have. */
export const runStatuses: readonly RunStatus[] = [
  'running',
  'waiting',
  'blocked',
  'completed',
  'stopped',
  'failed',
];

/** A run as a store keeps it, without its state. Plain JSON. */
export interface RunRecord {
  readonly id: string;
  /** The name of the agent in the option `agents`. */
  readonly agent: string;
  readonly status: RunStatus;
  /** The digest of the input that the run was started with. */
  readonly input: string;
  /** The number of the present segment, from 0. */
  readonly segment: number;
  /** Counts the processes and attempts that continued the run. Writes of an older epoch are refused. */
  readonly epoch: number;
  /** What the run waits for. */
  readonly waiting: readonly JsonValue[];
  /** How the run ended; missing until then. */
  readonly end?: JsonValue;
  /** Why it is blocked. */
  readonly problem?: { readonly code: string; readonly message: string };
  /** The session of the run, if it has one. */
  readonly session?: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

/** A part of a run that is replayed after a crash: the state at its start, and how it was entered. Plain JSON. */
export interface Segment {
  readonly number: number;
  readonly state: JsonValue;
  /** The decisions that the segment was entered with, by call id. */
  readonly decisions: JsonValue;
  /** The fingerprint of the agent at its start. */
  readonly fingerprint: string;
}

/** A new run. */
export interface NewRun {
  readonly id: string;
  readonly agent: string;
  readonly input: string;
  readonly session?: string | undefined;
  readonly segment: Segment;
}

/** The result of an effect, or the intent of one: a row without `output` was started and has no result yet. */
export interface JournalRow {
  /** The id of the effect; unique in its segment. */
  readonly id: string;
  readonly kind: EffectKind;
  /** What was executed, such as the name of a tool. */
  readonly name: string;
  /** The digest of the effect's input. */
  readonly input: string;
  /** JSON text: `{"value":…}`, `{"error":…}` or `{"inDoubt":true}`. */
  readonly output?: string | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Whose journal a row belongs to. */
export interface JournalKey {
  readonly run: string;
  readonly segment: number;
  /** The epoch of the writer. */
  readonly epoch: number;
}

/** Something that reaches a run from outside. Its `id` identifies it within the run: the same one given twice changes nothing. */
export interface Signal {
  readonly id: string;
  readonly kind: 'decision' | 'input' | 'abort';
  readonly body: JsonValue;
}

/** A change of a run. Fields that are missing stay as they are, except `waiting`, `end` and `problem`, which are removed. */
export interface RunChange {
  readonly status: RunStatus;
  readonly waiting?: readonly JsonValue[] | undefined;
  readonly end?: JsonValue | undefined;
  readonly problem?: { readonly code: string; readonly message: string } | undefined;
  /** The segment that becomes the present one. */
  readonly segment?: Segment | undefined;
  /** Signals that the change uses up. */
  readonly consumes?: readonly string[] | undefined;
  /** Changes nothing if an input waits that no run has read. */
  readonly unlessInputWaits?: boolean | undefined;
}

/** Which runs to list. */
export interface RunFilter {
  readonly status?: RunStatus | undefined;
  readonly agent?: string | undefined;
  /** Only runs that were started after the run with this id. */
  readonly after?: string | undefined;
  /** The most runs to return. @default 100 */
  readonly limit?: number | undefined;
}

/**
 * Keeps runs, their journals and their signals. All values are plain JSON. A write is durable before its promise resolves; writes
 * of one turn of the event loop may share a commit. One process owns a store and continues its runs; others may read it, and
 * add signals and sessions. Functions that need the owner reject with `lease_lost` if this process is not the owner any more.
 * All reject with `store_failed` if the storage fails: then nothing was written.
 */
export interface RunStore {
  /** The sessions in this store. They need no owner. */
  readonly sessions: SessionStore;
  /** The bytes of images. */
  readonly blobs: BlobStore;
  /** Makes this process the owner. Rejects with `store_in_use` if another process is and has not ended. Does nothing the second time. */
  own(): Promise<void>;
  /** Adds a run with its first segment. If there is a run with this id, it stays, and `isNew` is false. Needs the owner. */
  create(run: NewRun): Promise<{ readonly run: RunRecord; readonly isNew: boolean }>;
  /** The run with this id. */
  get(id: string): Promise<RunRecord | undefined>;
  /** Runs in the order of their start. */
  list(filter?: RunFilter): Promise<readonly RunRecord[]>;
  /** Raises the epoch of a run, so that writes of an earlier one are refused. Needs the owner. Throws `run_unknown`. */
  claim(id: string): Promise<RunRecord>;
  /** A segment of a run. Throws `store_damaged` if it is missing or cannot be read. */
  segment(id: string, number: number): Promise<Segment>;
  /** The journal of a segment, in the order in which the outputs were written; an intent has the place of its own write. */
  journal(id: string, segment: number): Promise<readonly JournalRow[]>;
  /**
   * Adds a row, or adds the output to the row of its intent, and uses up the signals that the effect has read. An output that
   * exists stays. Needs the owner; rejects with `lease_lost` if the run has another epoch.
   */
  record(key: JournalKey, row: JournalRow, consumes?: readonly string[]): Promise<void>;
  /** Changes a run; whether it did. Needs the owner; rejects with `lease_lost` if the run has another epoch. */
  change(id: string, epoch: number, change: RunChange): Promise<boolean>;
  /** Adds a signal; whether it is a new one. Throws `run_unknown`. */
  addSignal(run: string, signal: Signal): Promise<boolean>;
  /** Whether a signal was added, also if it was used up. */
  hasSignal(run: string, id: string): Promise<boolean>;
  /** The signals that were not used up, in the order of their arrival. */
  signals(run: string): Promise<readonly Signal[]>;
  /** Calls the listener with the id of each run that another process has added a signal to. Returns a function that ends it. */
  onSignal(listener: (run: string) => void): () => void;
  /** Writes what is open, gives the ownership up and closes the store. */
  close(): Promise<void>;
}
