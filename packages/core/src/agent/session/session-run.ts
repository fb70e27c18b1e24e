import { canonicalJson } from '../../canonical-json.ts';
import { TurnwiseError } from '../../errors.ts';
import { inboxSlice } from '../../run/program/drain-inbox.ts';
import type { RunOutcome } from '../../run/run-loop.ts';
import { loadRunState, saveRunState } from '../../run/saved/saved-state.ts';
import { recallPermissions, rememberedPermissions } from '../../run/state/approvals-slice.ts';
import { eventCountOf } from '../../run/state/event-count.ts';
import { openCallsSlice } from '../../run/state/open-calls.ts';
import type { RunState } from '../../run/state/run-state.ts';
import { Transcript } from '../../turns/transcript.ts';
import type { Turn } from '../../turns/turn.ts';
import { warnOfLateSession } from '../process-warnings.ts';
import { refuseOpenCalls } from '../refuse-open-calls.ts';
import { addInputs } from './add-inputs.ts';
import { answerInTime } from './answer-in-time.ts';
import { refuseHold } from './refuse-hold.ts';
import type { Session } from './session.ts';
import { claimSession, lateChange, releaseAfter, releaseSession } from './session-claims.ts';
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
  /** Whether the run was aborted while it waited for the store: then it does not know what to save. */
  #isUnknown = false;

  constructor(session: Session, state: RunState, use: SessionUse) {
    this.#session = session;
    this.#state = state;
    this.#use = use;
  }

  /**
   * Claims and loads the session. Rejects with `session_busy`, `calls_waiting`, or `invalid_state` for a saved state that is
   * not the present one of the session: it was continued before. If `signal` aborts and the store does not answer, nothing is
   * loaded or saved.
   */
  async before(signal: AbortSignal): Promise<void> {
    const { id, store } = this.#session;
    const late = lateChange(store, id);
    if (late !== undefined && (await answerInTime(signal, late)) === undefined) {
      this.#isUnknown = true;
      return;
    }
    claimSession(store, id);
    try {
      const loaded = await answerInTime(
        signal,
        callStore(() => store.load(id)),
      );
      if (loaded === undefined) return this.#giveUp();
      const record = loaded.value ?? { version: 0, turns: [], notes: {} };
      refuseHold(id, record.notes);
      this.#version = record.version;
      recallPermissions(this.#state, record.notes.remembered ?? {});
      if (this.#use.resumes) await this.#continue(record, signal);
      else this.#start(record);
    } catch (thrown) {
      releaseSession(store, id);
      throw thrown;
    }
  }

  /**
   * Saves the new turns and releases the session. `end` is `undefined` if the run failed. Rejects with `store_failed` if the
   * store does not answer after an abort; a run that was stopped is only reported by a warning, and can still be saved.
   */
  async after(end: RunOutcome | undefined, signal: AbortSignal): Promise<void> {
    if (this.#isUnknown) return;
    const { id, store } = this.#session;
    const saving = this.#save(this.#turnsToKeep(end), this.#pauseAfter(end));
    let isLate = false;
    try {
      isLate = (await answerInTime(signal, saving)) === undefined;
    } finally {
      if (!isLate) releaseSession(store, id);
    }
    if (!isLate) return;
    releaseAfter(store, id, saving);
    if (end?.kind === 'stop') warnOfLateSession(id);
    else throw lateStore(id);
  }

  /** Releases the session without saving anything. */
  release(): void {
    releaseSession(this.#session.store, this.#session.id);
  }

  #giveUp(): void {
    this.#isUnknown = true;
    this.release();
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

  async #continue({ turns, notes: { paused } }: SessionRecord, signal: AbortSignal): Promise<void> {
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
    if (paused === undefined) return;
    const taking = this.#save(transcript.turns, undefined);
    if ((await answerInTime(signal, taking)) !== undefined) return;
    this.#isUnknown = true;
    // The run stops before its calls, so the pause must be there again.
    const givingBack = taking.then(() => this.#save(transcript.turns, paused));
    releaseAfter(this.#session.store, this.#session.id, givingBack);
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
    const { id, store } = this.#session;
    this.#version = await store.append(id, {
      expectedVersion: this.#version,
      operationId: `${this.#state.runId}/${this.#version}.${this.#changes}`,
      keep,
      turns: turns.slice(keep),
      notes,
    });
    this.#saved = turns;
  }
}

/** A store of the program may throw in place of rejecting, and return a value in place of a promise. */
async function callStore<Value>(call: () => Value | PromiseLike<Value>): Promise<Value> {
  return await call();
}

function lateStore(id: string): TurnwiseError {
  return new TurnwiseError(
    'store_failed',
    `The run has ended, but the store of session "${id}" had not saved it when the run was aborted. The \`state\` of this error has the whole conversation.`,
  );
}
