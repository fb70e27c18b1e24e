import { TurnwiseError } from '@turnwise/core';
import { type DurableRuns, durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import { startRestateServer } from '@turnwise/durable/testing';
import { startLocalEndpoint } from '@turnwise/local';
import {
  escapeLine,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  UsageError,
} from '@turnwise-examples/program';
import { balance } from './balance.ts';
import { createClerk, type Version } from './create-clerk.ts';
import { startWorker, type Worker } from './start-worker.ts';

const help = `Usage: pnpm example fleet

Starts a server of Restate (licence BSL 1.1) and two workers. The first worker is killed while it makes a refund: the second one finishes
the run. Then a refund waits for approval while the workers are replaced by a new version of the agent, which is shown and accepted.

The model comes from the environment, as for pnpm start.
`;

/** Shows two runs. Exit codes: 0 done, 1 if Restate has no program for this platform. */
export const main: Main = async ({ arguments: given, variables, output }) => {
  if (given.length > 0) throw new UsageError(help);
  const print = (line: string) => void output.write(`${escapeLine(line)}\n`);
  const server = await startRestateServer();
  if (server === undefined) {
    print('Restate has no program for this platform.');
    return 1;
  }
  const endpoint = await startLocalEndpoint();
  // All processes use the same model.
  const shared = { TURNWISE_BASE_URL: endpoint.url, ...variables };
  const { model } = await modelFromEnvironment(shared);
  const balancer = await balance();
  const workers: Worker[] = [];
  const { ingress, admin } = server;
  const open = (version: Version) => {
    const agent = createClerk(model, version);
    return durable({ store: restate({ ingress, admin }), agents: { clerk: { agent } } });
  };
  const addWorker = async (name: string, version: Version, url?: string) => {
    const job = { ingress, admin, version, ...(url !== undefined && { url }) };
    const report = (line: string) => print(`${name}: ${line}`);
    const worker = await startWorker(job, { variables: shared, report });
    workers.push(worker);
    if (url !== undefined) balancer.add(worker.port);
    await worker.printed('ready');
    return worker;
  };
  const runs = open(1);
  const changed = open(2);
  try {
    const first = await addWorker('worker 1', 1, balancer.url);
    await addWorker('worker 2', 1, balancer.url);
    await killDuringRefund(runs, first, print);
    await runs.start('clerk', 'Refund 90 euros for order ORD-7.', { runId: 'large' });
    print(`large: ${(await runs.result('large')).status}`);
    for (const worker of workers) worker.kill();
    await addWorker('new worker', 2);
    await approveWithNewVersion(changed, print);
    return 0;
  } finally {
    await runs.close();
    await changed.close();
    for (const worker of workers) worker.kill();
    balancer.close();
    await server.close();
    await endpoint.close();
  }
};

async function killDuringRefund(
  runs: DurableRuns,
  first: Worker,
  print: (line: string) => void,
): Promise<void> {
  await runs.start('clerk', 'Refund 20 euros for order ORD-3.', { runId: 'small' });
  await first.printed('refunding');
  first.kill();
  print('worker 1 is killed');
  print(`small: ${(await runs.result('small')).status}`);
}

async function approveWithNewVersion(
  runs: DurableRuns,
  print: (line: string) => void,
): Promise<void> {
  for (const { runId, waiting } of await runs.waiting()) {
    await runs.decide(runId, { [waiting.callId]: { kind: 'approve' } });
  }
  const refused = await runs.result('large', { untilEnd: true }).catch((thrown) => thrown);
  if (refused instanceof TurnwiseError) print(`large: blocked, ${refused.code}`);
  await runs.resume('large', { accept: 'changed-agent' });
  print(`large: ${(await runs.result('large', { untilEnd: true })).status}`);
}

await runIfStarted(main, import.meta.url);
