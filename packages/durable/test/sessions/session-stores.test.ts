import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { fileSessionStore, memorySessionStore } from '@turnwise/core';
import { type RunStore, sqlite } from '@turnwise/durable';
import { testSessionStore } from './session-store-cases.ts';

let folder: string;
let file: RunStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-session-stores-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe('sessions in memory', () => {
  testSessionStore(memorySessionStore, async () => undefined);
});

describe('sessions in files', () => {
  testSessionStore(
    () => fileSessionStore(join(folder, 'files')),
    async () => undefined,
  );
});

describe('sessions in SQLite', () => {
  testSessionStore(
    () => {
      file = sqlite(join(folder, 'runs.db'));
      return file.sessions;
    },
    async () => await file.close(),
  );
});
