import { hostname } from 'node:os';
import { resolve } from 'node:path';
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
  /** Milliseconds between looks for decisions and inputs of other processes. @default 250 */
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
  checkOptions(options, { name: 'sqlite()', known: sqliteOptions });
  const {
    holder = `the process ${process.pid} on ${hostname()}`,
    leaseMs = 15_000,
    pollMs = 250,
  } = options;
  const path = resolve(file);
  let opened: Promise<SqliteConnection> | undefined;
  let owned: Promise<OwnerLease> | undefined;
  const open = () => {
    opened ??= SqliteConnection.open(path);
    // After a failure, for example of a full disk, the next use tries again.
    opened.catch(() => {
      opened = undefined;
    });
    return opened;
  };
  const own = () => {
    owned ??= takeOwnership(open, { holder, leaseMs });
    owned.catch(() => {
      owned = undefined;
    });
    return owned;
  };
  const watched = watchSignals(open, pollMs);
  return {
    ...sqliteRuns(open, own),
    sessions: sqliteSessions(open),
    blobs: {
      put: async (sha256, bytes) =>
        await (await open()).write((sql) => putBytes(sql, sha256, bytes)),
      get: async (sha256) => (await open()).read((sql) => getBytes(sql, sha256)),
    },
    own: async () => void (await own()),
    onSignal: watched.onSignal,
    close: async () => {
      watched.close();
      const [connection, lease] = [opened, owned];
      opened = undefined;
      owned = undefined;
      await (await lease?.catch(() => undefined))?.release();
      (await connection?.catch(() => undefined))?.close();
    },
  };
}

async function takeOwnership(
  open: () => Promise<SqliteConnection>,
  options: { readonly holder: string; readonly leaseMs: number },
): Promise<OwnerLease> {
  const lease = new OwnerLease(await open(), options);
  await lease.take();
  return lease;
}
