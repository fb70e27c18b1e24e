import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { durable, type JournalRow, sqlite } from '@turnwise/durable';
import Database from 'libsql';
import { spreadOf } from '../statistics.ts';
import { steadyAgent } from './steady-agent.ts';

/** Runs at the same time, and the steps of each. */
const load = { runs: 100, steps: 5 };

/** The CPU time of one journal entry in microseconds, and of a bare insert of the same row. */
export interface SqliteReport {
  readonly entries: number;
  readonly entryUs: number;
  readonly bareUs: number;
  readonly ratio: number;
}

/** Measures the CPU time that the journal in SQLite adds to runs, against inserts of the same rows in commits of the same size. */
export async function measureSqlite(rounds: number): Promise<SqliteReport> {
  const reports: SqliteReport[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const report = await measureRound();
    // The first round warms up.
    if (round > 0) reports.push(report);
  }
  const entryUs = spreadOf(reports.map((each) => each.entryUs)).median;
  const bareUs = spreadOf(reports.map((each) => each.bareUs)).median;
  return { entries: reports[0]?.entries ?? 0, entryUs, bareUs, ratio: entryUs / bareUs };
}

async function measureRound(): Promise<SqliteReport> {
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-bench-'));
  try {
    const agent = steadyAgent(load.steps);
    const ids = Array.from({ length: load.runs }, (_, place) => `run-${place}`);
    const withoutUs = await cpuUs(async () => {
      await Promise.all(ids.map(async () => await agent.run('Pay everything.')));
    });
    const store = sqlite(join(folder, 'runs.db'));
    const runs = durable({ store, agents: { steady: { agent } } });
    await runs.ready();
    const withUs = await cpuUs(async () => {
      await Promise.all(
        ids.map(async (runId) => {
          await runs.start('steady', 'Pay everything.', { runId });
          await runs.result(runId);
        }),
      );
    });
    const journals = await Promise.all(ids.map(async (id) => await store.journal(id, 0)));
    await runs.close();
    const rows = journals.flat();
    // A call of `pay` is written twice: its intent and its result.
    const entries = rows.length + rows.filter(({ name }) => name === 'pay').length;
    const bareUs = await insertBare(join(folder, 'bare.db'), rows, entries);
    return {
      entries,
      entryUs: (withUs - withoutUs) / entries,
      bareUs,
      ratio: (withUs - withoutUs) / entries / bareUs,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** CPU time of one insert; a commit has a row of each run, as the rows of one turn of the event loop. */
async function insertBare(
  file: string,
  rows: readonly JournalRow[],
  entries: number,
): Promise<number> {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(
    'CREATE TABLE journal (run TEXT NOT NULL, segment INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, output TEXT, at INTEGER NOT NULL, PRIMARY KEY (run, segment, id))',
  );
  const insert = database.prepare('INSERT INTO journal VALUES (?, 0, ?, ?, ?, ?, ?, ?)');
  const total = await cpuUs(async () => {
    for (let place = 0; place < entries; ) {
      database.exec('BEGIN');
      for (let row = 0; row < load.runs && place < entries; row += 1, place += 1) {
        const { id, kind, name, input, output, at } = rows[place % rows.length] as JournalRow;
        insert.run([`run-${place}`, id, kind, name, input, output ?? null, at]);
      }
      database.exec('COMMIT');
    }
  });
  database.close();
  return total / entries;
}

async function cpuUs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
