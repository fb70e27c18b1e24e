import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Agent, tool } from '@turnwise/core';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import { z } from 'zod';
import { steadyModel } from './steady-agent.ts';

const load = { warmUp: 500, waiting: 10_000, atOnce: 250 };

/** The memory of runs that wait for a decision. */
export interface WaitingReport {
  readonly runs: number;
  /** Bytes of heap that each run adds while it waits. */
  readonly bytesPerRun: number;
}

/** Measures the heap before and after many runs begin to wait, in SQLite. */
export async function measureWaiting(): Promise<WaitingReport> {
  const folder = await mkdtemp(join(tmpdir(), 'turnwise-bench-'));
  const parameters = z.object({ order: z.string() });
  const tools = ['look', 'pay'].map((name) =>
    tool({ name, description: 'Runs in another program.', parameters }),
  );
  const agent = new Agent({ name: 'clerk', model: steadyModel(1), tools });
  const runs = durable({ store: sqlite(join(folder, 'runs.db')), agents: { clerk: { agent } } });
  try {
    await untilWaiting(runs, 'warm-up', load.warmUp);
    const before = heapInUse();
    await untilWaiting(runs, 'run', load.waiting);
    const bytesPerRun = (heapInUse() - before) / load.waiting;
    return { runs: load.waiting, bytesPerRun };
  } finally {
    await runs.close();
    await rm(folder, { recursive: true });
  }
}

async function untilWaiting(runs: DurableRuns, name: string, count: number): Promise<void> {
  for (let first = 0; first < count; first += load.atOnce) {
    const ids = Array.from({ length: load.atOnce }, (_, place) => `${name}-${first + place}`);
    await Promise.all(
      ids.map(async (runId) => {
        await runs.start('clerk', 'Pay it.', { runId });
        const { status } = await runs.result(runId);
        if (status !== 'waiting') throw new Error(`The run "${runId}" is ${status}.`);
      }),
    );
  }
}

function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
