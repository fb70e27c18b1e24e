import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from '@turnwise/core';
import { durable, type JournalRow, sqlite } from '@turnwise/durable';
import Database from 'libsql';
import { steadyAgent } from './steady-agent.ts';

/** Runs at the same time, and the steps of each: the entries between the two lengths are measured, without start and end of a run. */
const load = { runs: 100, steps: [3, 15] } as const;

/** CPU time in microseconds. */
export interface SqliteReport {
  /** The entries between the two lengths. */
  readonly entries: number;
  /** What a journal entry adds to a run whose events are read. */
  readonly entryUs: number;
  /** The insert of the same row in a commit of the same size. */
  readonly bareUs: number;
  readonly ratio: number;
  /** What the start and the end of a run add, with its state, its result and its place in the store. */
  readonly runUs: number;
  /** Reading the result of a run with the longer length, with its state and its conversation. */
  readonly readUs: number;
}

/** The CPU time of one round for one length of the runs. */
interface Round {
  readonly entries: number;
  readonly withoutUs: number;
  readonly withUs: number;
  /** Reading all results once. */
  readonly readUs: number;
  readonly bareUs: number;
}

/**
 * Measures the CPU time that the journal in SQLite adds to runs, against inserts of the same rows in commits of the same size. A longer run
 * also has a longer result: reading it again is measured, too, and is not part of an entry. What other programs on the machine do
 * adds to a round, so each time is the least of all rounds.
 */
export async function measureSqlite(rounds: number): Promise<SqliteReport> {
  const [short, long] = [[], []] as readonly [Round[], Round[]];
  for (let round = 0; round <= rounds; round += 1) {
    for (const [place, list] of [short, long].entries()) {
      const measured = await measureRound(load.steps[place] ?? 0);
      // The first round warms up.
      if (round > 0) list.push(measured);
    }
  }
  const [few, many] = [leastOf(short), leastOf(long)];
  const entries = many.entries - few.entries;
  const added = (each: Round) => each.withUs - each.withoutUs - each.readUs;
  const entryUs = (added(many) - added(few)) / entries;
  const bareUs = many.bareUs / many.entries;
  const runUs = (added(few) - entryUs * few.entries) / load.runs;
  const readUs = many.readUs / load.runs;
  return { entries, entryUs, bareUs, ratio: entryUs / bareUs, runUs, readUs };
}

function leastOf(rounds: readonly Round[]): Round {
  const least = (name: keyof Round) => Math.min(...rounds.map((each) => each[name]));
  return {
    entries: least('entries'),
    withoutUs: least('withoutUs'),
    withUs: least('withUs'),
    readUs: least('readUs'),
    bareUs: least('bareUs'),
  };
}

async function measureRound(steps: number): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-bench-'));
  try {
    const agent = steadyAgent(steps);
    const ids = Array.from({ length: load.runs }, (_, place) => `run-${place}`);
    const withoutUs = await cpuUs(async () => {
      await Promise.all(ids.map(async () => await readRun(agent)));
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
    const readUs = await cpuUs(async () => {
      await Promise.all(ids.map(async (runId) => await runs.result(runId)));
    });
    const journals = await Promise.all(ids.map(async (id) => await store.journal(id, 0)));
    await runs.close();
    const rows = journals.flat();
    // A call of `pay` is written twice: its intent and its result.
    const entries = rows.length + rows.filter(({ name }) => name === 'pay').length;
    const bareUs = await insertBare(join(folder, 'bare.db'), rows, entries);
    return { entries, withoutUs, withUs, readUs, bareUs };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A run without a store, whose events are read and kept as a store's engine does for `events()`. */
async function readRun(agent: Agent): Promise<void> {
  const run = agent.stream('Pay everything.');
  const events: unknown[] = [];
  for await (const event of run) events.push(event);
  await run.result;
}

/** CPU time of all inserts; a commit has a row of each run, as the rows of one turn of the event loop. */
async function insertBare(
  file: string,
  rows: readonly JournalRow[],
  entries: number,
): Promise<number> {
  const database = new Database(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec(
    'CREATE TABLE journal (run TEXT NOT NULL, segment INTEGER NOT NULL, id TEXT NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, input TEXT NOT NULL, output TEXT, blob TEXT, at INTEGER NOT NULL, epoch INTEGER NOT NULL, PRIMARY KEY (run, segment, id))',
  );
  const insert = database.prepare('INSERT INTO journal VALUES (?, 0, ?, ?, ?, ?, ?, NULL, ?, 1)');
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
  return total;
}

async function cpuUs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
