import { sessionConflict } from './session-conflict.ts';
import type { SessionChange, SessionRecord } from './session-store.ts';

/** A session with the id of its last change. */
export interface StoredSession extends SessionRecord {
  readonly operationId: string;
}

/**
 * The session after a change; the same session if it was made already. Throws `session_conflict` if the session has another
 * version than the change expects.
 */
export function applyChange(
  id: string,
  session: StoredSession | undefined,
  change: SessionChange,
): StoredSession {
  const { version, turns } = session ?? { version: 0, turns: [] };
  if (session?.operationId === change.operationId) return session;
  if (version !== change.expectedVersion) throw sessionConflict(id, version);
  return {
    version: version + 1,
    turns: [...turns.slice(0, change.keep), ...change.turns],
    notes: change.notes,
    operationId: change.operationId,
  };
}
