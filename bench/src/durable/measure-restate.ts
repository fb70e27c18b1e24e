import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import * as sdk from '@restatedev/restate-sdk';
import { connect, Opts } from '@restatedev/restate-sdk-clients';
import { type DurableRuns, durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import { type RestateServer, startRestateServer } from '@turnwise/durable/testing';
import { spreadOf } from '../statistics.ts';
import { steadyAgent } from './steady-agent.ts';

/** Runs of one measurement, one at a time and at once. */
const load = { alone: 10, together: 50, steps: 3 };

/** Milliseconds of wall time for each run, against handlers that do nothing in as many steps. */
export interface RestateReport {
  /** The steps (`ctx.run`) of a run. */
  readonly steps: number;
  readonly alone: WallTimes;
  readonly together: WallTimes;
}

/** Milliseconds for each run. */
export interface WallTimes {
  readonly runMs: number;
  readonly nothingMs: number;
  readonly ratio: number;
}

/** Measures runs in Restate. Returns `undefined` if Restate has no program for this platform. */
export async function measureRestate(rounds: number): Promise<RestateReport | undefined> {
  const server = await startRestateServer();
  if (server === undefined) return undefined;
  const idle = await serveNothing(server);
  const store = restate({ ingress: server.ingress, admin: server.admin, worker: { port: 29_731 } });
  const runs = durable({ store, agents: { steady: { agent: steadyAgent(load.steps) } } });
  try {
    await runs.ready();
    await executeRuns(runs, ['warm-up']);
    const steps = await countSteps(server);
    // Both programs are compiled before they are measured.
    const warmUps = idsOf(load.together, (place) => `warm-up-${place}`);
    await executeRuns(runs, warmUps);
    await idle.execute(steps, warmUps);
    const alone: [number, number][] = [];
    const together: [number, number][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const name = (kind: string) => (place: number) => `${kind}-${round}-${place}`;
      alone.push([
        await perRun(load.alone, async (count) => {
          for (const id of idsOf(count, name('alone'))) await executeRuns(runs, [id]);
        }),
        await perRun(load.alone, async (count) => {
          for (const id of idsOf(count, name('alone'))) await idle.execute(steps, [id]);
        }),
      ]);
      together.push([
        await perRun(load.together, async (count) => {
          await executeRuns(runs, idsOf(count, name('together')));
        }),
        await perRun(load.together, async (count) => {
          await idle.execute(steps, idsOf(count, name('together')));
        }),
      ]);
    }
    return { steps, alone: toTimes(alone), together: toTimes(together) };
  } finally {
    await runs.close();
    idle.close();
    await server.close();
  }
}

async function executeRuns(runs: DurableRuns, ids: readonly string[]): Promise<void> {
  await Promise.all(
    ids.map(async (runId) => {
      await runs.start('steady', 'Pay everything.', { runId });
      const { status } = await runs.result(runId);
      if (status !== 'completed') throw new Error(`The run "${runId}" is ${status}.`);
    }),
  );
}

/** A virtual object whose handler does nothing in a number of steps. */
async function serveNothing({ ingress, admin }: RestateServer) {
  const nothing = sdk.object({
    name: 'nothing',
    handlers: {
      execute: async (context: sdk.ObjectContext, steps: number) => {
        for (let step = 0; step < steps; step += 1) await context.run(`step ${step}`, () => step);
      },
    },
  });
  const handler = sdk.createEndpointHandler({ services: [nothing], logger: () => {} });
  const server: Http2Server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await fetch(`${admin}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${port}` }),
  });
  const client = connect({ url: ingress });
  const json = sdk.serde.json as never;
  const opts = Opts.from<unknown, unknown>({ input: json, output: json });
  const call = { service: 'nothing', handler: 'execute', opts };
  return {
    execute: async (steps: number, ids: readonly string[]) => {
      await Promise.all(
        ids.map(async (key) => await client.call({ ...call, key, parameter: steps })),
      );
    },
    close: () => void server.close(),
  };
}

async function countSteps({ admin }: RestateServer): Promise<number> {
  const query =
    "SELECT count(*) AS steps FROM sys_journal JOIN sys_invocation ON sys_journal.id = sys_invocation.id WHERE target_service_key = 'warm-up' AND target_handler_name = 'start' AND entry_type = 'Command: Run'";
  const response = await fetch(`${admin}/query`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { rows } = (await response.json()) as { readonly rows: readonly { steps: number }[] };
  return Number(rows[0]?.steps);
}

function idsOf(count: number, name: (place: number) => string): string[] {
  return Array.from({ length: count }, (_, place) => name(place));
}

async function perRun(count: number, work: (count: number) => Promise<void>): Promise<number> {
  const before = performance.now();
  await work(count);
  return (performance.now() - before) / count;
}

function toTimes(pairs: readonly (readonly [number, number])[]): WallTimes {
  const runMs = spreadOf(pairs.map(([run]) => run)).median;
  const nothingMs = spreadOf(pairs.map(([, nothing]) => nothing)).median;
  // Neighbours in time share the noise of the machine.
  return { runMs, nothingMs, ratio: spreadOf(pairs.map(([run, nothing]) => run / nothing)).median };
}
