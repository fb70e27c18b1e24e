/** A value in a row. Not bytes: libsql 0.5.29 ends the process when it reads them. */
export type SqlValue = string | number | null;

/** A row of a result, by the names of its columns. */
export type SqlRow = Readonly<Record<string, SqlValue>>;

/** A prepared statement. All functions throw what SQLite reports. */
export interface SqlStatement {
  /** Executes the statement; the number of rows that it changed. */
  run(...values: readonly SqlValue[]): number;
  /** The first row of the result. */
  get(...values: readonly SqlValue[]): SqlRow | undefined;
  /** All rows of the result. */
  all(...values: readonly SqlValue[]): readonly SqlRow[];
}

/** A connection to a file. The two libraries that implement it block the event loop while they work. */
export interface SqliteDatabase {
  /** Executes statements without parameters and without results. */
  exec(sql: string): void;
  prepare(sql: string): SqlStatement;
  close(): void;
}
