import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { fileSessionStore } from '@turnwise/core';
import { sqlite } from '@turnwise/durable';
import { checkTwoWriters } from './run-two-writers.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-two-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

test('two processes on one session in a file lose no turn and break no order', async () => {
  const { conflicts } = await checkTwoWriters('file', folder, fileSessionStore(folder));
  expect(conflicts).toBeGreaterThan(0);
});

test('two processes on one session in SQLite lose no turn and break no order', async () => {
  const file = join(folder, 'runs.db');
  const store = sqlite(file);
  const { conflicts } = await checkTwoWriters('sqlite', file, store.sessions);
  expect(conflicts).toBeGreaterThan(0);
  await store.close();
});
