import type { SessionStore } from '@turnwise/core';
import { type SessionChange, type SessionRecord, sessionConflict } from '@turnwise/core/model';
import { readJson } from './read-row.ts';
import type { Sql, SqliteConnection } from './sqlite-connection.ts';

/** Sessions in a file with the tables of `schema.ts`: a row for each session and one for each turn. */
export function sqliteSessions(open: () => Promise<SqliteConnection>): SessionStore {
  return {
    load: async (id) => (await open()).read((sql) => load(sql, id)),
    append: async (id, change) => await (await open()).write((sql) => append(sql, id, change)),
    delete: async (id) =>
      await (await open()).write((sql) => {
        sql('DELETE FROM session_turn WHERE session = ?').run(id);
        sql('DELETE FROM session WHERE id = ?').run(id);
      }),
  };
}

function load(sql: Sql, id: string): SessionRecord | undefined {
  const session = sql('SELECT * FROM session WHERE id = ?').get(id);
  if (session === undefined) return undefined;
  const rows = sql('SELECT turn FROM session_turn WHERE session = ? ORDER BY place').all(id);
  const what = `The session "${id}"`;
  return {
    version: Number(session.version),
    // The turns are checked when the session makes a transcript of them.
    turns: rows.map(({ turn }) => readJson(turn, what)) as unknown as SessionRecord['turns'],
    notes: readJson(session.notes, what) as SessionRecord['notes'],
  };
}

function append(sql: Sql, id: string, change: SessionChange): number {
  const session = sql('SELECT version, operation FROM session WHERE id = ?').get(id);
  const version = Number(session?.version ?? 0);
  if (session?.operation === change.operationId) return version;
  if (version !== change.expectedVersion) throw sessionConflict(id, version);
  sql('DELETE FROM session_turn WHERE session = ? AND place >= ?').run(id, change.keep);
  for (const [index, turn] of change.turns.entries()) {
    const place = change.keep + index;
    sql('INSERT INTO session_turn VALUES (?, ?, ?)').run(id, place, JSON.stringify(turn));
  }
  sql('INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?)').run(
    id,
    version + 1,
    change.operationId,
    JSON.stringify(change.notes),
  );
  return version + 1;
}
