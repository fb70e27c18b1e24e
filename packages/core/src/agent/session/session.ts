import { bindMethods } from '../../bind-methods.ts';
import { TurnwiseError } from '../../errors.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import { checkOptions, type OptionChecks, option } from '../../options.ts';
import { Transcript } from '../../turns/transcript.ts';
import type { Turn } from '../../turns/turn.ts';
import { refuseOpenCalls } from '../refuse-open-calls.ts';
import { memorySessionStore } from './memory-session-store.ts';
import { refuseHold } from './refuse-hold.ts';
import { claimSession, releaseSession } from './session-claims.ts';
import type { SessionPause, SessionStore } from './session-store.ts';

/** The options of a {@link Session}. */
export interface SessionOptions {
  /** Names the session in its store. @default a random id */
  readonly id?: string | undefined;
  /** @default a new memorySessionStore() */
  readonly store?: SessionStore | undefined;
}

const sessionOptions: OptionChecks<SessionOptions> = {
  id: option.value(
    'a text of 1 to 500 characters',
    (given) => typeof given === 'string' && given.length > 0 && given.length <= 500,
  ),
  store: option.methods(
    'a SessionStore, such as fileSessionStore(folder)',
    'load',
    'append',
    'delete',
  ),
};

/**
 * A conversation that is kept across runs. `agent.run(input, { session })` loads it, runs, and saves the new turns, also if
 * the run fails or is aborted. One run at a time: a second one throws `session_busy`. While a run waits for decisions, a new
 * input throws `calls_waiting`. Throws `invalid_options`.
 *
 * @example
 * const session = new Session({ id: user.id, store: fileSessionStore('sessions') });
 * const result = await agent.run('And tomorrow?', { session });
 */
export class Session {
  readonly id: string;
  readonly store: SessionStore;

  constructor(options: SessionOptions = {}) {
    bindMethods(this, 'transcript', 'paused', 'replace', 'delete');
    checkOptions(options, { name: 'new Session()', known: sessionOptions });
    this.id = options.id ?? nodeCrypto().randomUUID();
    this.store = options.store ?? memorySessionStore();
  }

  /** The conversation so far. Rejects with `invalid_state` if the store returns something else. */
  async transcript(): Promise<Transcript> {
    const record = await this.store.load(this.id);
    return Transcript.fromJSON({ v: 1, turns: record?.turns ?? [] });
  }

  /** The run that waits for decisions; `undefined` if none waits. */
  async paused(): Promise<SessionPause | undefined> {
    return (await this.store.load(this.id))?.notes.paused;
  }

  /**
   * Replaces the conversation, such as with a shorter one; decisions that were given with `always` stay. Rejects with
   * `session_busy` while a run of this process or of an engine uses the session, `calls_waiting` while calls wait for a decision,
   * `session_conflict` if another process changes the session at the same time, and `invalid_options` for a transcript that
   * does not end with an answer.
   */
  async replace(transcript: Transcript<'user'>): Promise<void> {
    const turns = completeTurns(transcript);
    const { id, store } = this;
    claimSession(store, id);
    try {
      const { version = 0, notes = {} } = (await store.load(id)) ?? {};
      refuseHold(id, notes);
      const { paused, ...kept } = notes;
      if (paused !== undefined)
        refuseOpenCalls(Transcript.fromJSON(paused.state.transcript), 'refuse');
      const replacement = {
        expectedVersion: version,
        operationId: nodeCrypto().randomUUID(),
        turns,
        notes: kept,
      };
      await (store.replace?.(id, replacement) ?? store.append(id, { ...replacement, keep: 0 }));
    } finally {
      releaseSession(store, id);
    }
  }

  /** Deletes the conversation. */
  async delete(): Promise<void> {
    await this.store.delete(this.id);
  }
}

/** The turns of a conversation that is empty or ends with an answer. */
function completeTurns(transcript: Transcript<'user'>): readonly Turn[] {
  // A program in JavaScript may pass anything.
  if (transcript?.awaits === 'user') return transcript.turns;
  throw new TurnwiseError(
    'invalid_options',
    'session.replace() needs a Transcript that is empty or ends with an answer, such as `result.transcript` of a completed run.',
  );
}
