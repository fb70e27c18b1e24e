import { applyChange, type StoredSession } from './apply-change.ts';
import type { SessionStore } from './session-store.ts';

/** A store in memory, for tests and for programs whose sessions may end with the process. */
export function memorySessionStore(): SessionStore {
  const sessions = new Map<string, StoredSession>();
  return {
    load: async (id) => structuredClone(sessions.get(id)),
    append: async (id, change) => {
      const changed = applyChange(id, sessions.get(id), structuredClone(change));
      sessions.set(id, changed);
      return changed.version;
    },
    delete: async (id) => void sessions.delete(id),
  };
}
