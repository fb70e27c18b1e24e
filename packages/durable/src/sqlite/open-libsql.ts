import { TurnwiseError } from '@turnwise/core';
import type { SqliteDatabase, SqlRow, SqlValue } from './sqlite-database.ts';

/** The part of libsql that is used. A list binds the values, also those that are `null`. */
interface LibsqlStatement {
  run(values: readonly SqlValue[]): { readonly changes: number };
  get(values: readonly SqlValue[]): unknown;
  all(values: readonly SqlValue[]): readonly unknown[];
}

/** Opens a file with `libsql`, or creates it. Throws `invalid_options` if it is not installed, and what SQLite reports. */
export async function openLibsql(file: string): Promise<SqliteDatabase> {
  const Database = await loadLibsql();
  const database = new Database(file);
  return {
    exec: (sql) => void database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql) as unknown as LibsqlStatement;
      return {
        run: (...values) => statement.run(values).changes,
        get: (...values) => statement.get(values) as SqlRow | undefined,
        all: (...values) => statement.all(values) as readonly SqlRow[],
      };
    },
    close: () => void database.close(),
  };
}

async function loadLibsql(): Promise<typeof import('libsql')> {
  try {
    return (await import('libsql')).default;
  } catch (thrown) {
    throw new TurnwiseError(
      'invalid_options',
      'sqlite() needs Node 22.13 or later, or the library libsql, which is not installed. Run: npm install libsql',
      { cause: thrown },
    );
  }
}
