import { type JsonValue, type SessionStore, TurnwiseError } from '@turnwise/core';
import { type SessionChange, type SessionRecord, sessionConflict } from '@turnwise/core/model';
import { storeDamaged } from '../store/store-errors.ts';
import { openPostgres, type PostgresDatabase, type PostgresQuery } from './open-postgres.ts';

/** Sessions in PostgreSQL. */
export interface PostgresSessions extends SessionStore {
  /** Closes the connections. */
  close(): Promise<void>;
}

/**
 * Sessions in a PostgreSQL database, for programs on several machines. It needs the library `pg`, and creates its two tables,
 * `turnwise_session` and `turnwise_session_turn`, at the first use. Its functions reject with `session_conflict`, with `store_failed`
 * if the database cannot be used, and with `store_damaged`. Throws `invalid_options` if the connection string is empty.
 *
 * @example
 * const store = postgresSessions('postgres://app@db.example.com/app');
 * const session = new Session({ id: user.id, store });
 */
export function postgresSessions(connectionString: string): PostgresSessions {
  if (typeof connectionString !== 'string' || connectionString === '') {
    throw new TurnwiseError(
      'invalid_options',
      'postgresSessions() needs a connection string, such as "postgres://app@localhost/app".',
    );
  }
  let opened: Promise<PostgresDatabase> | undefined;
  const open = async () => {
    opened ??= openTables(connectionString);
    opened.catch(() => {
      // The next use tries again.
      opened = undefined;
    });
    return await opened;
  };
  return {
    load: async (id) => await guard(async () => await load((await open()).query, id)),
    append: async (id, change) =>
      await guard(
        async () => await (await open()).transaction((query) => append(query, id, change)),
      ),
    // The turns of the session are deleted with it.
    delete: async (id) =>
      await guard(
        async () =>
          void (await (await open()).query('DELETE FROM turnwise_session WHERE id = $1', [id])),
      ),
    close: async () => {
      const connections = await opened?.catch(() => undefined);
      opened = undefined;
      await connections?.close();
    },
  };
}

const tables = `
CREATE TABLE IF NOT EXISTS turnwise_session (
  id text PRIMARY KEY,
  version integer NOT NULL,
  operation text NOT NULL,
  -- JSON. The type jsonb has no texts with the character 0.
  notes text NOT NULL
);
CREATE TABLE IF NOT EXISTS turnwise_session_turn (
  session text NOT NULL REFERENCES turnwise_session ON DELETE CASCADE,
  place integer NOT NULL,
  -- JSON.
  turn text NOT NULL,
  PRIMARY KEY (session, place)
);`;

/** The number of the lock under which a process creates the tables: PostgreSQL fails if two create one at the same time. */
const tableLock = 7_182_818;

async function openTables(connectionString: string): Promise<PostgresDatabase> {
  const database = await openPostgres(connectionString);
  try {
    await database.transaction(async (query) => {
      await query('SELECT pg_advisory_xact_lock($1)', [tableLock]);
      const [found] = await query("SELECT to_regclass('turnwise_session_turn') AS name");
      // A program whose user may not create tables can use those that exist.
      if (found?.name === null) await query(tables);
    });
    return database;
  } catch (thrown) {
    await database.close();
    throw thrown;
  }
}

/** One statement, so that all rows are of one version. */
async function load(query: PostgresQuery, id: string): Promise<SessionRecord | undefined> {
  const rows = await query(
    `SELECT version, notes, turn FROM turnwise_session
     LEFT JOIN turnwise_session_turn ON session = id WHERE id = $1 ORDER BY place`,
    [id],
  );
  const [first] = rows;
  if (first === undefined) return undefined;
  const turns = rows.flatMap(({ turn }) => (turn === null ? [] : [readJson(turn, id)]));
  return {
    version: Number(first.version),
    // The turns are checked when the session makes a transcript of them.
    turns: turns as unknown as SessionRecord['turns'],
    notes: readJson(first.notes, id) as SessionRecord['notes'],
  };
}

async function append(query: PostgresQuery, id: string, change: SessionChange): Promise<number> {
  // A row to lock. It is undone with the transaction.
  await query("INSERT INTO turnwise_session VALUES ($1, 0, '', '{}') ON CONFLICT (id) DO NOTHING", [
    id,
  ]);
  const [session] = await query(
    'SELECT version, operation FROM turnwise_session WHERE id = $1 FOR UPDATE',
    [id],
  );
  const version = Number(session?.version ?? 0);
  if (session?.operation === change.operationId) return version;
  if (version !== change.expectedVersion) throw sessionConflict(id, version);
  await query('DELETE FROM turnwise_session_turn WHERE session = $1 AND place >= $2', [
    id,
    change.keep,
  ]);
  await query(
    `INSERT INTO turnwise_session_turn
     SELECT $1, $2 + number - 1, turn FROM unnest($3::text[]) WITH ORDINALITY AS added (turn, number)`,
    [id, change.keep, change.turns.map((turn) => JSON.stringify(turn))],
  );
  await query(
    'UPDATE turnwise_session SET version = $2, operation = $3, notes = $4 WHERE id = $1',
    [id, version + 1, change.operationId, JSON.stringify(change.notes)],
  );
  return version + 1;
}

function readJson(text: unknown, id: string): JsonValue {
  try {
    return JSON.parse(String(text));
  } catch (cause) {
    throw storeDamaged(`The session "${id}"`, { cause });
  }
}

async function guard<Result>(using: () => Promise<Result>): Promise<Result> {
  try {
    return await using();
  } catch (cause) {
    if (cause instanceof TurnwiseError) throw cause;
    // A refused connection is an error without a message, but with a code.
    const { message, code } = Object(cause) as {
      readonly message?: string;
      readonly code?: string;
    };
    throw new TurnwiseError(
      'store_failed',
      `The sessions in PostgreSQL could not be used: ${message || code}. Check the server and the connection string, then try again: a change that was made is not made twice.`,
      { cause },
    );
  }
}
