import { canonicalJson } from '../../canonical-json.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import { cancelOpenCalls } from '../../run/call-tools.ts';
import { inboxSlice } from '../../run/program/drain-inbox.ts';
import { loadRunState, type RunStateJson, saveRunState } from '../../run/saved/saved-state.ts';
import { recallPermissions, rememberedPermissions } from '../../run/state/approvals-slice.ts';
import type { WaitingCall } from '../../run/state/decision.ts';
import { openCallsSlice } from '../../run/state/open-calls.ts';
import { newRunState, type RunState } from '../../run/state/run-state.ts';
import { Transcript } from '../../turns/transcript.ts';
import type { Turn, UserInput } from '../../turns/turn.ts';
import { refuseOpenCalls } from '../refuse-open-calls.ts';
import { addInputs } from './add-inputs.ts';
import { refuseHold } from './refuse-hold.ts';
import type { Session } from './session.ts';
import { claimSession, claimWhenFree, releaseSession } from './session-claims.ts';
import { sessionConflict } from './session-conflict.ts';
import type { SessionNotes, SessionRecord } from './session-store.ts';

/**
 * For an engine: rejects with `session_busy` if another run has the session, and with `calls_waiting` while calls wait for
 * decisions. With `cancel` it answers calls of a run without an engine as cancelled, and does not reject.
 */
export async function checkSession(
  session: Session,
  openCalls: 'refuse' | 'cancel',
): Promise<void> {
  claimSession(session.store, session.id);
  await withClaim(session, async (record) => {
    const { hold: _hold, paused, ...notes } = record.notes;
    refuseHold(session.id, record.notes);
    if (paused === undefined) return;
    const state = newRunState(nodeCrypto().randomUUID(), session.id, readTurns(record));
    refuseOpenCalls(state.transcript, openCalls);
    openCallsSlice.share(loadRunState(paused.state), state);
    cancelCalls(state);
    await change(session, record, { turns: state.transcript.turns, notes });
  });
}

/**
 * For an engine: gives a session to a run, until it ends. Returns the state to continue from: that of a run that has not
 * started gets the conversation of the session. Does nothing if the run has the session. Rejects with `session_busy`,
 * `calls_waiting`, and `session_conflict` if the session has another conversation than the run, which has started.
 */
export async function holdSession(
  session: Session,
  saved: RunStateJson,
  { hasStarted }: { readonly hasStarted: boolean },
): Promise<RunStateJson> {
  const state = loadRunState(saved);
  await claimWhenFree(session.store, session.id);
  return await withClaim(session, async (record) => {
    if (record.notes.hold?.runId !== state.runId) refuseUse(session, record);
    else if (hasStarted && record.notes.hold.waiting.length === 0) return saved;
    if (!hasStarted) startFrom(record, state);
    else if (!isSameConversation(state, record)) {
      // A process that ended after it had saved the turns, and before it noted that the run has ended.
      if (startsWith(record.turns, state.transcript.turns)) return saved;
      throw sessionConflict(session.id, record.version);
    }
    const { paused: _paused, ...notes } = record.notes;
    const held = { ...notes, hold: { runId: state.runId, waiting: [] } };
    // After a crash the run finds that it has the session already.
    await change(session, record, { turns: record.turns, notes: held });
    return hasStarted ? saved : saveRunState(state);
  });
}

function refuseUse({ id }: Session, record: SessionRecord): void {
  refuseHold(id, record.notes);
  if (record.notes.paused !== undefined) refuseOpenCalls(readTurns(record), 'refuse');
}

/** Gives a run that has not started the conversation of its session. */
function startFrom(record: SessionRecord, state: RunState): void {
  state.transcript = readTurns(record);
  cancelCalls(state);
  recallPermissions(state, record.notes.remembered ?? {});
}

/** How a run leaves its session. */
export interface SessionLeave {
  /** What the run waits for: it keeps the session. Missing if it has ended. */
  readonly waiting?: readonly WaitingCall[] | undefined;
  /** Inputs that the run has accepted and did not read. */
  readonly inputs?: readonly UserInput[] | undefined;
}

/**
 * For an engine: saves the turns of a run that has a session, which keeps it while calls wait. Does nothing if they were saved before.
 * Rejects with `session_conflict` if the run has lost the session, for example because it was deleted.
 */
export async function saveHeldSession(
  session: Session,
  saved: RunStateJson,
  { waiting, inputs }: SessionLeave,
): Promise<void> {
  const state = loadRunState(saved);
  const { runId, transcript } = state;
  const unread = inputs && [...inboxSlice.of(state).waitingInputs, ...inputs];
  const { turns } = unread === undefined ? transcript : addInputs(transcript, unread);
  const record = await load(session);
  if (record.notes.hold?.runId !== runId) {
    // The process ended between this change and the note that the run has ended.
    if (startsWith(record.turns, turns)) return;
    throw sessionConflict(session.id, record.version);
  }
  const notes: SessionNotes = {
    remembered: rememberedPermissions(state),
    ...(waiting !== undefined && { hold: { runId, waiting } }),
  };
  await change(session, record, { turns, notes });
}

/** Ends the reservation after the action, so that no other run of this process uses the session meanwhile. */
async function withClaim<Result>(
  session: Session,
  action: (record: SessionRecord) => Promise<Result>,
): Promise<Result> {
  try {
    return await action(await load(session));
  } finally {
    releaseSession(session.store, session.id);
  }
}

async function load({ id, store }: Session): Promise<SessionRecord> {
  return (await store.load(id)) ?? { version: 0, turns: [], notes: {} };
}

async function change(
  { id, store }: Session,
  { version, turns: before }: SessionRecord,
  { turns, notes }: { readonly turns: readonly Turn[]; readonly notes: SessionNotes },
): Promise<void> {
  const differs = turns.findIndex((turn, place) => !isSame(turn, before[place]));
  const keep = differs === -1 ? turns.length : differs;
  await store.append(id, {
    expectedVersion: version,
    operationId: nodeCrypto().randomUUID(),
    keep,
    turns: turns.slice(keep),
    notes,
  });
}

function readTurns({ turns }: SessionRecord): Transcript {
  return Transcript.fromJSON({ v: 1, turns });
}

/** A call of a conversation that nobody can decide on is answered as cancelled. */
function cancelCalls(state: RunState): void {
  for (const _event of cancelOpenCalls({ state }));
}

function isSameConversation({ transcript }: RunState, { turns }: SessionRecord): boolean {
  return transcript.turns.length === turns.length && startsWith(turns, transcript.turns);
}

function startsWith(turns: readonly Turn[], first: readonly Turn[]): boolean {
  return first.every((turn, place) => isSame(turn, turns[place]));
}

function isSame(one: Turn, other: Turn | undefined): boolean {
  return other !== undefined && (one === other || canonicalJson(one) === canonicalJson(other));
}
