import type { JournalRow } from '@turnwise/durable';

/** The values of a row. */
type Values = readonly (JournalRow['output'] | number | null)[];

/** A database without the store: `node:sqlite` if this Node has it, as the store does, and otherwise `libsql`. */
export interface BareDatabase {
  exec(sql: string): void;
  /** Returns a function that executes the statement with the values of a row. */
  prepare(sql: string): (values: Values) => void;
  close(): void;
}

/** The part of `node:sqlite` that is used. The types of Node 20 do not have the module. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    file: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): { run(...values: Values): unknown };
    close(): void;
  };
}

/** Creates a file. */
export async function openBare(file: string): Promise<BareDatabase> {
  const module: unknown = process.getBuiltinModule('node:sqlite' as 'node:fs');
  if (module === undefined) {
    const database = new (await import('libsql')).default(file);
    return {
      exec: (sql) => void database.exec(sql),
      prepare: (sql) => {
        const statement = database.prepare(sql);
        return (values) => void statement.run(values);
      },
      close: () => void database.close(),
    };
  }
  const database = new (module as NodeSqlite).DatabaseSync(file);
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return (values) => void statement.run(...values);
    },
    close: () => database.close(),
  };
}
