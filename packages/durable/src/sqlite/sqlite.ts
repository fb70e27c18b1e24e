import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { TurnwiseError } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import type { RunStore } from '../store/run-store.ts';
import { OwnerLease } from './owner-lease.ts';
import { getBytes, putBytes } from './sqlite-blobs.ts';
import { SqliteConnection } from './sqlite-connection.ts';
import { sqliteRuns } from './sqlite-runs.ts';
import { sqliteSessions } from './sqlite-sessions.ts';
import { watchSignals } from './watch-signals.ts';

/** The options of {@link sqlite}. */
export interface SqliteOptions {
  /** The name of this process in the error that another one gets. @default the host and the process id */
  readonly holder?: string | undefined;
  /** Milliseconds after which a process that does not answer any more loses the file to another one. @default 15000 */
  readonly leaseMs?: number | undefined;
  /** Milliseconds after which the owner checks again for decisions and inputs of other processes. @default 250 */
  readonly pollMs?: number | undefined;
}

const sqliteOptions: OptionChecks<SqliteOptions> = {
  holder: option.text,
  leaseMs: option.whole(100),
  pollMs: option.whole(1),
};

/**
 * A store in one file, which is created if it does not exist; its folder must exist. It needs Node 22.13 or the library
 * `libsql`. The file is opened at the first use. Throws `invalid_options`.
 *
 * @example
 * const runs = durable({ store: sqlite('runs.db'), agents: { billing: { agent } } });
 */
export function sqlite(file: string, options: SqliteOptions = {}): RunStore {
  if (typeof file !== 'string' || file === '') {
    throw new TurnwiseError(
      'invalid_options',
      "sqlite() needs the name of a file: sqlite('runs.db').",
    );
  }
  checkOptions(options, { name: 'sqlite()', known: sqliteOptions });
  const {
    holder = `the process ${process.pid} on ${hostname()}`,
    leaseMs = 15_000,
    pollMs = 250,
  } = options;
  const path = resolve(file);
  const connection = lazily(() => SqliteConnection.open(path));
  const lease = lazily(async () => await takeOwnership(connection.get, { holder, leaseMs }));
  const open = async () => await connection.get();
  const watched = watchSignals(open, pollMs);
  return {
    ...sqliteRuns({ open: connection.get, own: lease.get }),
    sessions: sqliteSessions(open),
    blobs: {
      put: async (sha256, bytes) =>
        await (await open()).write((sql) => putBytes(sql, sha256, bytes)),
      get: async (sha256) => (await open()).read((sql) => getBytes(sql, sha256)),
    },
    own: async () => void (await lease.get()),
    onSignal: watched.onSignal,
    close: async () => {
      watched.close();
      const [opened, owned] = [connection.forget(), lease.forget()];
      await (await owned)?.release();
      (await opened)?.close();
    },
  };
}

/** A value that is made at its first use. After a failure, for example of a full disk, the next use tries again. */
function lazily<Value>(make: () => Promise<Value>) {
  let made: Value | undefined;
  let making: Promise<Value> | undefined;
  return {
    get: (): Value | Promise<Value> => {
      if (made !== undefined) return made;
      if (making !== undefined) return making;
      const present = make();
      making = present;
      present.then(
        (value) => {
          if (making === present) made = value;
        },
        () => {
          if (making === present) making = undefined;
        },
      );
      return present;
    },
    /** The value, if there is one; the next use makes another one. */
    forget: async (): Promise<Value | undefined> => {
      const before = making;
      made = undefined;
      making = undefined;
      return await before?.catch(() => undefined);
    },
  };
}

async function takeOwnership(
  open: () => SqliteConnection | Promise<SqliteConnection>,
  options: { readonly holder: string; readonly leaseMs: number },
): Promise<OwnerLease> {
  const lease = new OwnerLease(await open(), options);
  await lease.take();
  return lease;
}
