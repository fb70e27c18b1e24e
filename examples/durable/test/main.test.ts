import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

let folder: string;
let endpoint: LocalEndpoint;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-'));
  endpoint = await startLocalEndpoint();
});

afterEach(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true });
});

/** Starts the program as a new process would: only the folder stays. */
async function start(...given: readonly string[]) {
  const variables = { TURNWISE_BASE_URL: endpoint.url };
  const environment = testEnvironment({ folder, variables, arguments: [...given] });
  const code = await runMain(main, environment);
  return { code, text: environment.outputText, errors: environment.errorText };
}

test('a small refund is made once, also if the program is started twice', async () => {
  const small = 'Refund 20 euros for order ORD-3.';
  const first = await start('start', 'a', small);
  expect(first.text).toContain('[refunded: ORD-3, 20 euros, key a/1.0]');
  const second = await start('start', 'a', small);
  expect(second).toMatchObject({ code: 0, text: expect.not.stringContaining('[refunded') });
});

test('a large refund waits until a later start of the program approves it', async () => {
  const first = await start('start', 'b', 'Refund 90 euros for order ORD-7.');
  expect(first.text).toContain('Waits (approval): refund_order');
  expect((await start('continue', 'b')).text).toContain('Waits (approval)');
  const approved = await start('approve', 'b');
  expect(approved.text).toContain('[refunded: ORD-7, 90 euros, key b/1.0]');
  expect((await start('approve', 'b')).text).not.toContain('[refunded');
});

test('a denied refund is not made, and a wrong command is explained', async () => {
  await start('start', 'c', 'Refund 90 euros for order ORD-7.');
  const denied = await start('deny', 'c');
  expect(denied).toMatchObject({ code: 0, text: expect.not.stringContaining('[refunded') });
  expect(await start('begin')).toMatchObject({ code: 2 });
  expect((await start('continue', 'x')).code).toBe(1);
});
