import type { SqliteDatabase, SqlRow, SqlValue } from './sqlite-database.ts';

/** The part of `node:sqlite` that is used. The types of Node 20 do not have the module. */
interface NodeSqlite {
  readonly DatabaseSync: new (
    file: string,
  ) => {
    exec(sql: string): void;
    prepare(sql: string): {
      run(...values: readonly SqlValue[]): { readonly changes: number | bigint };
      get(...values: readonly SqlValue[]): SqlRow | undefined;
      all(...values: readonly SqlValue[]): readonly SqlRow[];
    };
    close(): void;
  };
}

/** Whether this Node has `node:sqlite` without a flag: from 22.13. */
export function hasNodeSqlite(): boolean {
  return loadModule() !== undefined;
}

/** Opens a file with `node:sqlite`, or creates it. Throws what SQLite reports. */
export function openNodeSqlite(file: string): SqliteDatabase {
  const module = loadModule();
  if (module === undefined) throw new Error('This Node has no node:sqlite.');
  const database = new module.DatabaseSync(file);
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => {
      const statement = database.prepare(sql);
      return {
        run: (...values) => Number(statement.run(...values).changes),
        get: (...values) => statement.get(...values),
        all: (...values) => statement.all(...values),
      };
    },
    close: () => database.close(),
  };
}

function loadModule(): NodeSqlite | undefined {
  // An import would fail on Node 20, also when it is not executed by a bundler.
  return process.getBuiltinModule('node:sqlite' as 'node:fs') as unknown as NodeSqlite | undefined;
}
