import { TurnwiseError } from '@turnwise/core';
import { storeDamaged, storeFailed } from '../store/store-errors.ts';
import { openLibsql } from './open-libsql.ts';
import { hasNodeSqlite, openNodeSqlite } from './open-node-sqlite.ts';
import { schema, schemaVersion } from './schema.ts';
import type { SqliteDatabase, SqlStatement } from './sqlite-database.ts';

/** Returns the prepared statement for a text; each text is prepared once. */
export type Sql = (text: string) => SqlStatement;

interface QueuedWrite {
  readonly action: (sql: Sql) => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A connection to a file with the tables of `schema.ts`. Writes of one turn of the event loop share a commit, which is on the
 * disk before their promises resolve.
 */
export class SqliteConnection {
  readonly file: string;
  readonly #database: SqliteDatabase;
  readonly #statements = new Map<string, SqlStatement>();
  #queue: QueuedWrite[] = [];
  #transaction = 0;
  #isClosed = false;

  private constructor(file: string, database: SqliteDatabase) {
    this.file = file;
    this.#database = database;
  }

  /**
   * Opens a file, or creates it. Rejects with `store_failed` if that is not possible, `store_damaged` if the file is not a
   * database, `store_newer` if a newer version of this package made it, and `invalid_options` if another program made it.
   */
  static async open(file: string): Promise<SqliteConnection> {
    const database = await openDatabase(file);
    try {
      // On a full disk or without permission, already these statements write.
      database.exec('PRAGMA busy_timeout = 5000');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      createTables(file, database);
      return new SqliteConnection(file, database);
    } catch (thrown) {
      database.close();
      throw toStoreError(file, 'could not be opened', thrown);
    }
  }

  /** The number of the transaction that is open, or that was open last. */
  get transaction(): number {
    return this.#transaction;
  }

  /** Reads. Throws `store_failed`. */
  read<Result>(action: (sql: Sql) => Result): Result {
    this.#checkOpen();
    try {
      return action(this.#sql);
    } catch (thrown) {
      throw toStoreError(this.file, 'could not be read', thrown);
    }
  }

  /**
   * Executes an action in the transaction of this turn of the event loop. An action may throw a `TurnwiseError` before its
   * first change; the others of the transaction are then still made. Any other error undoes all of them.
   */
  write<Result>(action: (sql: Sql) => Result): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      this.#checkOpen();
      if (this.#queue.length === 0) setImmediate(() => this.#commit());
      this.#queue.push({ action, resolve, reject });
    });
  }

  /** Commits what is queued and closes the file. */
  close(): void {
    if (this.#isClosed) return;
    this.#commit();
    this.#isClosed = true;
    this.#statements.clear();
    try {
      // Then a copy of the file is complete. libsql 0.5.29 does not do it when it closes a file.
      this.#database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      this.#database.close();
    }
  }

  readonly #sql: Sql = (text) => {
    const known = this.#statements.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    this.#statements.set(text, statement);
    return statement;
  };

  #commit(): void {
    const writes = this.#queue;
    if (writes.length === 0) return;
    this.#queue = [];
    this.#transaction += 1;
    let settle: readonly (() => void)[];
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      settle = writes.map((write) => execute(write, this.#sql));
      this.#database.exec('COMMIT');
    } catch (thrown) {
      this.#undo();
      const error = toStoreError(this.file, 'could not be written', thrown);
      for (const { reject } of writes) reject(error);
      return;
    }
    for (const each of settle) each();
  }

  #undo(): void {
    try {
      this.#database.exec('ROLLBACK');
    } catch {
      // SQLite has undone the transaction itself, for example because the disk is full.
    }
  }

  #checkOpen(): void {
    if (this.#isClosed) {
      throw new TurnwiseError('store_failed', `The store "${this.file}" is closed. Open it again.`);
    }
  }
}

function execute({ action, resolve, reject }: QueuedWrite, sql: Sql): () => void {
  try {
    const result = action(sql);
    return () => resolve(result as never);
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    return () => reject(thrown);
  }
}

async function openDatabase(file: string): Promise<SqliteDatabase> {
  try {
    return hasNodeSqlite() ? openNodeSqlite(file) : await openLibsql(file);
  } catch (thrown) {
    throw toStoreError(file, 'could not be opened', thrown);
  }
}

function createTables(file: string, database: SqliteDatabase): void {
  database.exec('BEGIN IMMEDIATE');
  try {
    const version = Number(database.prepare('PRAGMA user_version').get()?.user_version ?? 0);
    if (version > schemaVersion) throw madeByNewer(file, version);
    if (version === 0) {
      const found = database.prepare('SELECT count(*) AS tables FROM sqlite_master').get();
      if (Number(found?.tables) > 0) throw madeByAnother(file);
      database.exec(schema);
      database.exec(`PRAGMA user_version = ${schemaVersion}`);
    }
    database.exec('COMMIT');
  } catch (thrown) {
    database.exec('ROLLBACK');
    throw thrown;
  }
}

function madeByNewer(file: string, version: number): TurnwiseError {
  return new TurnwiseError(
    'store_newer',
    `The store "${file}" has version ${version}, and this package knows versions up to ${schemaVersion}. Update @turnwise/durable.`,
  );
}

function madeByAnother(file: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    `"${file}" is a database of another program. Choose another file; it is created if it does not exist.`,
  );
}

function notADatabase(file: string, cause: unknown): TurnwiseError {
  return new TurnwiseError(
    'store_damaged',
    `"${file}" is not a store of runs, or its beginning is damaged; nothing was changed. Choose another file, or restore this one from a backup.`,
    { cause },
  );
}

function toStoreError(file: string, problem: string, thrown: unknown): TurnwiseError {
  if (thrown instanceof TurnwiseError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  if (/not a database/i.test(message)) return notADatabase(file, thrown);
  if (/malformed/i.test(message)) return storeDamaged(`The store "${file}"`, { cause: thrown });
  return storeFailed(`The store "${file}" ${problem}`, thrown);
}
