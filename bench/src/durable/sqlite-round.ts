import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Agent } from '@turnwise/core';
import { durable, type JournalRow, sqlite } from '@turnwise/durable';
import { openBare } from './open-bare.ts';
import { steadyAgent } from './steady-agent.ts';

/** Runs at the same time, and the steps of each: the entries between the two lengths are measured, without start and end of a run. */
export const load = { runs: 100, steps: [3, 18] } as const;

/** CPU time in microseconds of all runs of one length. */
export interface Round {
  readonly entries: number;
  readonly withoutUs: number;
  readonly withUs: number;
  /** Reading all results once. */
  readonly readUs: number;
  readonly bareUs: number;
}

/** A round of each length, one right after the other: they share the noise of the machine. */
export type Pair = readonly [short: Round, long: Round];

/** Measures both lengths of the runs. */
export async function measurePair(): Promise<Pair> {
  const [short, long] = load.steps;
  return [await measureRound(short), await measureRound(long)];
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
          const { status } = await runs.result(runId);
          if (status !== 'completed') throw new Error(`The run "${runId}" is ${status}.`);
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
  const database = await openBare(file);
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
        insert([`run-${place}`, id, kind, name, input, output ?? null, at]);
      }
      database.exec('COMMIT');
    }
  });
  database.close();
  return total;
}

/**
 * The CPU time of some work and of collecting its garbage. Without that, the garbage of one measurement is often collected in the
 * next one.
 */
async function cpuUs(work: () => Promise<void>): Promise<number> {
  const collect = globalThis.gc ?? (() => {});
  collect();
  const before = process.cpuUsage();
  await work();
  collect();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
