import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { durable, type RunStore, sqlite } from '@turnwise/durable';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { modelFromEnvironment, runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { createRefundAgent } from '../src/create-refund-agent.ts';
import { main } from '../src/main.ts';

let folder: string;
let endpoint: LocalEndpoint;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvals-'));
  endpoint = await startLocalEndpoint();
});

afterEach(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true });
});

/** Starts the program as a new process would: only the folder stays. The lines are the input; then it ends. */
async function start(request: string, lines: readonly string[]) {
  const variables = { TURNWISE_BASE_URL: endpoint.url };
  const environment = testEnvironment({ folder, variables, arguments: [request] });
  environment.input.end(lines.map((line) => `${line}\n`).join(''));
  const code = await runMain(main, environment);
  return { code, text: environment.outputText, errors: environment.errorText };
}

const large = 'Refund 90 euros for order ORD-7.';

test('a refund of at most 50 euros needs no decision', async () => {
  const { code, text } = await start('Refund 20 euros for order ORD-3.', []);
  expect(code).toBe(0);
  expect(text).toContain('[refunded: ORD-3, 20 euros]');
  expect(text).not.toContain('Allow');
});

test('a larger refund waits, also while the program is closed, and is made once', async () => {
  const first = await start(large, []);
  expect(first.text).toContain('Allow refund_order');
  expect(first.text).toContain('Start the program again');
  expect(first.text).not.toContain('[refunded');
  const second = await start(large, ['y']);
  expect(second.text).toContain('A decision of the last time is still open.');
  expect(second.text.match(/\[refunded: ORD-7, 90 euros\]/g)).toHaveLength(1);
  const third = await start('Refund 10 euros for order ORD-8.', []);
  expect(third.text).not.toContain('still open');
});

test('a person can change the amount, and what is not a decision is asked again', async () => {
  const { text } = await start(large, ['perhaps', '60']);
  expect(text.match(/Allow/g)).toHaveLength(2);
  expect(text).toContain('[refunded: ORD-7, 60 euros]');
});

test('a refused refund is not made', async () => {
  const { code, text } = await start(large, ['n']);
  expect(code).toBe(0);
  expect(text).not.toContain('[refunded');
});

test('always applies to later refunds, also after a restart', async () => {
  await start(large, ['a']);
  const { text } = await start('Refund 80 euros for order ORD-9.', []);
  expect(text).toContain('[refunded: ORD-9, 80 euros]');
  expect(text).not.toContain('Allow');
});

/** A process that ends after it has made a refund, and before it has recorded that. */
async function endAfterRefund(request: string): Promise<void> {
  const { model, close } = await modelFromEnvironment({ TURNWISE_BASE_URL: endpoint.url });
  const store = sqlite(join(folder, 'approvals.db'));
  const ending: RunStore = {
    ...store,
    record: async (key, row, consumes) => {
      if (row.name === 'refund_order' && row.output !== undefined) throw new Error('It ends here.');
      await store.record(key, row, consumes);
    },
  };
  const agents = { refunds: { agent: createRefundAgent(model, () => {}) } };
  const runs = durable({ store: ending, agents });
  const { id } = await runs.start('refunds', request, { session: 'refunds' });
  await expect(runs.result(id)).rejects.toThrow('It ends here.');
  await runs.close({ graceMs: 0 });
  await close();
}

test('a refund that was perhaps made before the program ended is made again only if a person allows it', async () => {
  await endAfterRefund('Refund 20 euros for order ORD-4.');
  const made = await start(large, ['perhaps', 'yes']);
  expect(made.text.match(/Was refund_order .*? made before the program ended\?/g)).toHaveLength(2);
  expect(made.text).not.toContain('[refunded');
  await endAfterRefund('Refund 30 euros for order ORD-5.');
  const notMade = await start(large, ['no']);
  expect(notMade.text.match(/\[refunded: ORD-5, 30 euros\]/g)).toHaveLength(1);
});
