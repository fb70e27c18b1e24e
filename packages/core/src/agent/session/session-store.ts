import type { NonEmpty } from '../../json.ts';
import type { RunStateJson } from '../../run/saved/saved-state.ts';
import type { Permission, WaitingCall } from '../../run/state/decision.ts';
import type { Turn } from '../../turns/turn.ts';

/** A run of a session that waits for decisions. Plain JSON. */
export interface SessionPause {
  /** Continue with `agent.resume(state, { session, decisions })`. */
  readonly state: RunStateJson;
  /** The calls that wait. */
  readonly waiting: NonEmpty<WaitingCall>;
}

/** The run of an engine that has the session until it ends. Plain JSON. */
export interface SessionHold {
  readonly runId: string;
  /** What the run waits for. Decide with the engine. */
  readonly waiting: readonly WaitingCall[];
}

/** What a session keeps besides its turns. Plain JSON. */
export interface SessionNotes {
  /** The run that waits for decisions; missing if none waits. */
  readonly paused?: SessionPause;
  /** The run of an engine that has the session; missing if none has it. */
  readonly hold?: SessionHold;
  /** Decisions that were given with `always`, by tool name. */
  readonly remembered?: Readonly<Record<string, Permission>>;
}

/** A session as a store returns it. */
export interface SessionRecord {
  /** The number of changes so far; a session that was never saved has the version 0. */
  readonly version: number;
  readonly turns: readonly Turn[];
  readonly notes: SessionNotes;
}

/** A change of a session. Plain JSON. */
export interface SessionChange {
  /** The version that the change was made from. */
  readonly expectedVersion: number;
  /** Identifies the change: the same change given twice is made once. */
  readonly operationId: string;
  /** How many turns stay, from the first; later ones are replaced. An input that joins the last turn replaces it. */
  readonly keep: number;
  /** The turns after those. */
  readonly turns: readonly Turn[];
  /** Replace the notes that the session had. */
  readonly notes: SessionNotes;
}

/** A change that replaces all turns. Plain JSON. */
export type SessionReplacement = Omit<SessionChange, 'keep'>;

/**
 * Keeps sessions by id. A store of your own needs `load`, `append` and `delete`; they may throw or reject with any error, which then
 * fails the run. All values are plain JSON.
 */
export interface SessionStore {
  /** The session with this id; `undefined` if it was never saved. */
  load(id: string): Promise<SessionRecord | undefined>;
  /**
   * Makes a change, durably before the promise resolves, and returns the new version, which is `expectedVersion + 1`. If the
   * last change has the same `operationId`, it returns the present version. If the session has another version than
   * `expectedVersion`, it throws `sessionConflict(id, version)`.
   */
  append(id: string, change: SessionChange): Promise<number>;
  /**
   * Replaces all turns and the notes, with the contract of `append`. A store that keeps old changes can discard them here.
   * @default `append` with `keep: 0`
   */
  replace?(id: string, replacement: SessionReplacement): Promise<number>;
  /** Deletes a session. Does nothing if there is none. */
  delete(id: string): Promise<void>;
}
