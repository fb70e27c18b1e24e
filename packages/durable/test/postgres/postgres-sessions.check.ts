import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { durable, postgresSessions, sqlite } from '@turnwise/durable';
import { checkTwoWriters } from '../sessions/run-two-writers.ts';
import { testSessionStore } from '../sessions/session-store-cases.ts';
import { desk } from '../support/desk.ts';

// Executed by `pnpm postgres`, which starts the server.
const url = process.env.TURNWISE_POSTGRES_URL ?? '';

describe('sessions in PostgreSQL', () => {
  test('stores that create the tables at the same time all work', async () => {
    const stores = [1, 2, 3, 4].map(() => postgresSessions(url));
    const loaded = await Promise.all(stores.map(async (store) => await store.load('nobody')));
    expect(loaded).toEqual([undefined, undefined, undefined, undefined]);
    await Promise.all(stores.map(async (store) => await store.close()));
  });

  testSessionStore(
    () => postgresSessions(url),
    async (store) => await (store as ReturnType<typeof postgresSessions>).close(),
  );

  test('two processes on one session lose no turn and break no order', async () => {
    const store = postgresSessions(url);
    const { conflicts } = await checkTwoWriters('postgres', url, store);
    expect(conflicts).toBeGreaterThan(0);
    await store.close();
  });

  test('a run that waits in one store keeps the session, and a run of another store is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'turnwise-postgres-'));
    const open = (name: string) => {
      const sessions = postgresSessions(url);
      const agents = { desk: desk([[['pay', { order: 'A', euros: 90 }]], 'It is paid.']) };
      const runs = durable({ store: sqlite(join(folder, name)), agents, sessions });
      return {
        runs,
        close: async () => await runs.close().then(async () => await sessions.close()),
      };
    };
    const [one, other] = [open('one.db'), open('other.db')];
    await one.runs.start('desk', 'Pay A', { runId: '1', session: 'ada' });
    await one.runs.result('1');
    const refused = other.runs.start('desk', 'And B', { runId: '2', session: 'ada' });
    await expect(refused).rejects.toMatchObject({ code: 'calls_waiting' });
    await one.runs.decide('1', { '1.0': { kind: 'approve' } });
    await one.runs.result('1', { untilEnd: true });
    await other.runs.start('desk', 'Thanks', { runId: '2', session: 'ada' });
    const { transcript } = await other.runs.result('2');
    expect(transcript.turns).toHaveLength(6);
    await one.close();
    await other.close();
    await rm(folder, { recursive: true });
  });

  test('a server that is away is a clear error, without the password', async () => {
    const store = postgresSessions('postgres://app:secret@127.0.0.1:9/app');
    await expect(store.load('ada')).rejects.toMatchObject({
      code: 'store_failed',
      message: expect.stringMatching(/^(?!.*secret).*ECONNREFUSED.*Check the server/),
    });
    await store.close();
  });
});
