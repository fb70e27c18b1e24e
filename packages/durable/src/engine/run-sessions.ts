import {
  type RunStateJson,
  Session,
  type SessionStore,
  TurnwiseError,
  type WaitingCall,
} from '@turnwise/core';
import { checkSession, EngineStop, holdSession, saveHeldSession } from '@turnwise/core/model';
import type { RunRecord, RunStore, Segment } from '../store/run-store.ts';
import { toJson } from './run-end.ts';

type InputParts = NonNullable<Parameters<typeof saveHeldSession>[2]['inputs']>;

/** The sessions of durable runs: a run has its session from its start to its end, also while it waits and over crashes. */
export class RunSessions {
  readonly #store: Pick<RunStore, 'signals'>;
  readonly #sessions: SessionStore;

  constructor(store: Pick<RunStore, 'signals'>, sessions: SessionStore) {
    this.#store = store;
    this.#sessions = sessions;
  }

  /** The run that has a session. */
  async holder(id: string) {
    return (await this.#sessions.load(id))?.notes.hold;
  }

  /** Rejects with `session_busy` and `calls_waiting` if a new run cannot have the session. */
  async check(id: string, openCalls: 'refuse' | 'cancel'): Promise<void> {
    await checkSession(this.#open(id), openCalls);
  }

  /**
   * Gives a run its session. Returns the segment to execute: a run that has not started gets the conversation of its session. Rejects with
   * `session_busy`, `calls_waiting` and `session_conflict`.
   */
  async hold(id: string, segment: Segment, hasStarted: boolean): Promise<Segment> {
    const state = segment.state as unknown as RunStateJson;
    const held = await holdSession(this.#open(id), state, { hasStarted });
    return held === state ? segment : { ...segment, state: toJson(held) };
  }

  /** Saves the turns of a run that has ended or waits. Rejects with `session_conflict`; the error has the state of the run. */
  async save(
    { id, session }: RunRecord,
    end: {
      readonly status: 'completed' | 'stopped' | 'failed' | 'paused';
      readonly state: RunStateJson;
      readonly waiting?: readonly WaitingCall[];
    },
  ): Promise<void> {
    if (session === undefined) return;
    const { status, state, waiting } = end;
    const signals = await this.#store.signals(id);
    const unread = signals.flatMap(({ kind, body }) => (kind === 'input' ? [body] : []));
    // The run continues with them.
    if (status === 'completed' && unread.length > 0) return;
    // The inputs of a failed run are in its state, and those of a waiting one in the store.
    const isOver = status === 'completed' || status === 'stopped';
    try {
      const inputs = isOver ? (unread as unknown as InputParts) : undefined;
      await saveHeldSession(this.#open(session), state, { waiting, inputs });
    } catch (thrown) {
      if (!isSessionProblem(thrown)) throw sessionStoreFailed(session, thrown);
      thrown.state = state;
      throw thrown;
    }
  }

  #open(id: string): Session {
    return new Session({ id, store: this.#sessions });
  }
}

/** The run is not failed: the next process saves its turns. */
function sessionStoreFailed(session: string, cause: unknown): EngineStop {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EngineStop('store_failed', `The session "${session}" could not be saved: ${reason}`, {
    cause,
  });
}

/** Whether a session cannot be used by a run, which is not an error of its store. */
export function isSessionProblem(thrown: unknown): thrown is TurnwiseError {
  const codes = ['session_busy', 'calls_waiting', 'session_conflict'];
  return thrown instanceof TurnwiseError && codes.includes(thrown.code);
}
