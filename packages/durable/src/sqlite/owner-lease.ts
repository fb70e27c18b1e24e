import { hostname } from 'node:os';
import { TurnwiseError } from '@turnwise/core';
import { leaseLost } from '../store/store-errors.ts';
import type { Sql, SqliteConnection } from './sqlite-connection.ts';
import type { SqlRow } from './sqlite-database.ts';

/** The ownerships of this process, also of another copy of this package in it. */
const held: Set<string> = ownershipsOfProcess();

function ownershipsOfProcess(): Set<string> {
  const key = Symbol.for('@turnwise/durable/ownerships');
  const found: unknown = Reflect.get(globalThis, key);
  if (found instanceof Set) return found;
  const created = new Set<string>();
  Reflect.set(globalThis, key, created);
  return created;
}

/** The ownership of a file: one process at a time, which renews it regularly. */
export class OwnerLease {
  readonly #connection: SqliteConnection;
  readonly #holder: string;
  readonly #leaseMs: number;
  /** The epochs of the runs that work now: only the owner changes them. */
  readonly epochs = new Map<string, number>();
  /** The calls that work now and may not run twice. */
  readonly intents = new Set<string>();
  #epoch = 0;
  /** The transaction that was checked last: nobody else can write while it is open. */
  #checked = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    connection: SqliteConnection,
    options: { readonly holder: string; readonly leaseMs: number },
  ) {
    this.#connection = connection;
    this.#holder = options.holder;
    this.#leaseMs = options.leaseMs;
  }

  /** Takes the ownership. Rejects with `store_in_use` if another process that has not ended has it. */
  async take(): Promise<void> {
    this.#epoch = await this.#connection.write((sql) => {
      const owner = sql('SELECT * FROM owner').get();
      if (owner !== undefined && this.#isAlive(owner)) {
        throw inUse(this.#connection.file, owner);
      }
      const epoch = Number(owner?.epoch ?? 0) + 1;
      sql('INSERT OR REPLACE INTO owner VALUES (1, ?, ?, ?, ?, ?)').run(
        this.#holder,
        hostname(),
        process.pid,
        epoch,
        Date.now() + this.#leaseMs,
      );
      return epoch;
    });
    held.add(this.#key(this.#epoch));
    this.#timer = setInterval(() => void this.#renew(), this.#leaseMs / 3);
    this.#timer.unref();
  }

  /** Executes an action as `SqliteConnection.write` does. Rejects with `lease_lost` if another process has taken the ownership. */
  write<Result>(action: (sql: Sql) => Result): Promise<Result> {
    return this.#connection.write((sql) => {
      this.#check(sql);
      return action(sql);
    });
  }

  /** Gives the ownership up. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    await this.#connection.write((sql) =>
      sql('UPDATE owner SET expires = 0 WHERE epoch = ?').run(this.#epoch),
    );
    held.delete(this.#key(this.#epoch));
  }

  #check(sql: Sql): void {
    const { transaction } = this.#connection;
    if (this.#checked === transaction) return;
    const owner = sql('SELECT epoch FROM owner').get();
    if (owner?.epoch !== this.#epoch) throw leaseLost(`The store "${this.#connection.file}"`);
    this.#checked = transaction;
  }

  async #renew(): Promise<void> {
    const expires = Date.now() + this.#leaseMs;
    // If it cannot be renewed, the next write of a run reports why.
    await this.#connection
      .write((sql) => sql('UPDATE owner SET expires = ? WHERE epoch = ?').run(expires, this.#epoch))
      .catch(() => clearInterval(this.#timer));
  }

  #isAlive({ host, pid, epoch, expires }: SqlRow): boolean {
    if (Number(expires) === 0) return false;
    if (host === hostname()) {
      // In containers, a process often has the id that the ended process had.
      if (pid === process.pid) return held.has(this.#key(Number(epoch)));
      if (hasEnded(Number(pid))) return false;
    }
    return Number(expires) > Date.now();
  }

  #key(epoch: number): string {
    return `${epoch} ${this.#connection.file}`;
  }
}

function hasEnded(pid: number): boolean {
  try {
    // Signal 0 only checks whether the process exists.
    process.kill(pid, 0);
    return false;
  } catch (thrown) {
    return Reflect.get(Object(thrown), 'code') === 'ESRCH';
  }
}

function inUse(file: string, { host, pid, holder }: SqlRow): TurnwiseError {
  const isThis = host === hostname() && pid === process.pid;
  const cure = isThis
    ? 'Use the runs that durable() returned first, or close() them.'
    : 'One process continues the runs of a store: end that process, or use its functions.';
  return new TurnwiseError(
    'store_in_use',
    `The store "${file}" is in use by ${holder}${isThis ? ' (this process)' : ''}. ${cure}`,
  );
}
