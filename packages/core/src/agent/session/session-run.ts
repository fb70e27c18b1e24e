import { bounded } from '../../bounded.ts';
import { canonicalJson } from '../../canonical-json.ts';
import { EngineStop, TurnwiseError } from '../../errors.ts';
import { inboxSlice } from '../../run/program/drain-inbox.ts';
import type { RunOutcome } from '../../run/run-loop.ts';
import { loadRunState, saveRunState } from '../../run/saved/saved-state.ts';
import { recallPermissions, rememberedPermissions } from '../../run/state/approvals-slice.ts';
import { eventCountOf } from '../../run/state/event-count.ts';
import { openCallsSlice } from '../../run/state/open-calls.ts';
import type { RunState } from '../../run/state/run-state.ts';
import { Transcript } from '../../turns/transcript.ts';
import type { Turn } from '../../turns/turn.ts';
import { refuseOpenCalls } from '../refuse-open-calls.ts';
import { addInputs } from './add-inputs.ts';
import { refuseHold } from './refuse-hold.ts';
import type { Session } from './session.ts';
import { claimSession, releaseSession } from './session-claims.ts';
import type { SessionNotes, SessionPause, SessionRecord } from './session-store.ts';

/** How a run uses its session. */
export interface SessionUse {
  /** Whether a paused or failed run continues; otherwise a new run starts. */
  readonly resumes: boolean;
  /** What happens to calls that wait for decisions if a new run starts. */
  readonly openCalls: 'refuse' | 'cancel';
}

/** Loads a session before a run and saves it afterwards. */
export class SessionRun {
  readonly #session: Session;
  readonly #state: RunState;
  readonly #use: SessionUse;
  #version = 0;
  #changes = 0;
  /** The turns as they are in the store; the same objects as in the conversation of the run. */
  #saved: readonly Turn[] = [];
  #pause: SessionPause | undefined;
  /** Whether the run was aborted while the store was still loading: then the run does not know what to save. */
  #isUnknown = false;

  constructor(session: Session, state: RunState, use: SessionUse) {
    this.#session = session;
    this.#state = state;
    this.#use = use;
  }

  /**
   * Claims and loads the session. Rejects with `session_busy`, `calls_waiting`, or `invalid_state` for a saved state that is
   * not the present one of the session: it was continued before. If `signal` aborts first, nothing is loaded or saved.
   */
  async before(signal: AbortSignal): Promise<void> {
    const { id, store } = this.#session;
    claimSession(store, id);
    try {
      const loaded = await this.#load(signal);
      if (this.#isUnknown) return;
      const record = loaded ?? { version: 0, turns: [], notes: {} };
      refuseHold(id, record.notes);
      this.#version = record.version;
      recallPermissions(this.#state, record.notes.remembered ?? {});
      await (this.#use.resumes ? this.#continue(record) : this.#start(record));
    } catch (thrown) {
      releaseSession(store, id);
      throw thrown;
    }
  }

  /** Saves the new turns and releases the session. `end` is `undefined` if the run failed. */
  async after(end: RunOutcome | undefined): Promise<void> {
    const { id, store } = this.#session;
    try {
      if (!this.#isUnknown) await this.#save(this.#turnsToKeep(end), this.#pauseAfter(end));
    } finally {
      releaseSession(store, id);
    }
  }

  /** Releases the session without saving anything. */
  release(): void {
    releaseSession(this.#session.store, this.#session.id);
  }

  async #load(signal: AbortSignal): Promise<SessionRecord | undefined> {
    const { id, store } = this.#session;
    // A run that is aborted before it starts still adds its input to the session.
    if (signal.aborted) return await store.load(id);
    try {
      return await bounded(signal, () => store.load(id));
    } catch (thrown) {
      if (!signal.aborted || signal.reason instanceof EngineStop) throw thrown;
      this.#isUnknown = true;
      return undefined;
    }
  }

  #start({ turns, notes }: SessionRecord): void {
    const transcript = Transcript.fromJSON({ v: 1, turns });
    // Calls of a failed run have no pause: nobody can decide on them, and the run answers them as cancelled.
    if (notes.paused !== undefined) {
      refuseOpenCalls(transcript, this.#use.openCalls);
      // Calls that have run keep their results.
      openCallsSlice.share(loadRunState(notes.paused.state), this.#state);
    }
    this.#state.transcript = transcript;
    this.#saved = transcript.turns;
  }

  async #continue({ turns, notes: { paused } }: SessionRecord): Promise<void> {
    const { transcript, runId } = this.#state;
    const isPresent =
      canonicalJson(turns) === canonicalJson(transcript.turns) &&
      (transcript.awaits !== 'tool' || paused?.state.runId === runId) &&
      // An earlier pause of the same run does not have the results of the calls that have run since.
      (paused === undefined ||
        eventCountOf(loadRunState(paused.state)) === eventCountOf(this.#state));
    if (!isPresent) {
      throw new TurnwiseError(
        'invalid_state',
        `Session "${this.#session.id}" is not at this state any more: the run was continued before. Use \`await session.paused()\` to see what waits now.`,
      );
    }
    this.#saved = transcript.turns;
    this.#pause = paused;
    // The process that takes the pause continues the run: another one finds no pause, or another version.
    if (paused !== undefined) await this.#save(transcript.turns, undefined);
  }

  /** A run that failed before its calls were answered can be continued again. */
  #pauseAfter(end: RunOutcome | undefined): SessionPause | undefined {
    const waiting = end?.kind === 'pause' ? end.waiting : this.#pause?.waiting;
    const isOpen = end === undefined && this.#state.transcript.awaits === 'tool';
    if (waiting === undefined || (end?.kind !== 'pause' && !isOpen)) return undefined;
    // Calls that have run since the pause have their results in the state.
    return { state: saveRunState(this.#state), waiting };
  }

  #turnsToKeep(end: RunOutcome | undefined): readonly Turn[] {
    const { transcript } = this.#state;
    // The inputs of a failed or paused run are in its state.
    if (end === undefined || end.kind === 'pause') return transcript.turns;
    return addInputs(transcript, inboxSlice.of(this.#state).waitingInputs).turns;
  }

  async #save(turns: readonly Turn[], paused: SessionPause | undefined): Promise<void> {
    const differs = turns.findIndex((turn, place) => turn !== this.#saved[place]);
    const keep = differs === -1 ? turns.length : differs;
    const remembered = rememberedPermissions(this.#state);
    const notes: SessionNotes = { ...(paused !== undefined && { paused }), remembered };
    this.#changes += 1;
    this.#version = await this.#session.store.append(this.#session.id, {
      expectedVersion: this.#version,
      operationId: `${this.#state.runId}/${this.#version}.${this.#changes}`,
      keep,
      turns: turns.slice(keep),
      notes,
    });
    this.#saved = turns;
  }
}
