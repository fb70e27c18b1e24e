import { TurnwiseError } from '@turnwise/core';
import type { Pool } from 'pg';

/** One query of a connection; the rows of its result. Rejects with what the server or the network reports. */
export type PostgresQuery = (
  text: string,
  values?: readonly unknown[],
) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** Connections to a database. */
export interface PostgresDatabase {
  /** Executes an action in a transaction, which is undone if it throws. */
  transaction<Result>(action: (query: PostgresQuery) => Promise<Result>): Promise<Result>;
  readonly query: PostgresQuery;
  close(): Promise<void>;
}

/** Connects at the first query, with the library `pg`. Rejects with `invalid_options` if it is not installed. */
export async function openPostgres(connectionString: string): Promise<PostgresDatabase> {
  const { Pool } = await loadPg();
  // Idle connections do not keep the process alive.
  const pool = new Pool({ connectionString, allowExitOnIdle: true });
  // A connection that is idle while the server restarts is opened again at the next query.
  pool.on('error', () => undefined);
  return {
    query: async (text, values = []) => (await pool.query(text, [...values])).rows,
    transaction: async (action) => {
      const client = await pool.connect();
      const query: PostgresQuery = async (text, values = []) =>
        (await client.query(text, [...values])).rows;
      let failure: Error | undefined;
      try {
        await query('BEGIN');
        const result = await action(query);
        await query('COMMIT');
        return result;
      } catch (thrown) {
        await query('ROLLBACK').catch((broken: Error) => {
          failure = broken;
        });
        throw thrown;
      } finally {
        // A connection that cannot undo its transaction is closed.
        client.release(failure);
      }
    },
    close: async () => await pool.end(),
  };
}

async function loadPg(): Promise<{ readonly Pool: typeof Pool }> {
  try {
    return (await import('pg')).default;
  } catch (cause) {
    throw new TurnwiseError(
      'invalid_options',
      'postgresSessions() needs the library pg, which is not installed. Run: npm install pg',
      { cause },
    );
  }
}
