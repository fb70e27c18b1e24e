import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type RunStore, sqlite } from '@turnwise/durable';
import { memoryStore } from '@turnwise/durable/testing';
import { newRun, rowOf, startRuns } from '../support/store-parts.ts';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-stores-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

describe.each<[string, () => RunStore]>([
  ['memory', memoryStore],
  ['SQLite', () => sqlite(join(folder, `${count}.db`))],
])('a store in %s', (_name, openStore) => {
  let store: RunStore;

  beforeEach(() => {
    count += 1;
    store = openStore();
  });

  afterEach(async () => await store.close());

  test('starts a run once for each id', async () => {
    await store.own();
    const first = await store.create(newRun('a', { session: 's' }));
    expect(first.isNew).toBe(true);
    expect(first.run).toMatchObject({ id: 'a', agent: 'clerk', status: 'running', session: 's' });
    const second = await store.create(newRun('a', { agent: 'other' }));
    expect(second.isNew).toBe(false);
    expect(second.run).toMatchObject({ agent: 'clerk' });
    expect(await store.get('a')).toEqual(first.run);
    expect(await store.get('b')).toBeUndefined();
    expect(await store.segment('a', 0)).toEqual(newRun('a').segment);
  });

  test('lists runs in the order of their start, by status, by agent and in pages', async () => {
    await startRuns(store, 'a', 'b', 'c');
    await store.create(newRun('d', { agent: 'other' }));
    const { epoch } = await store.claim('b');
    await store.change('b', epoch, { status: 'waiting', waiting: [{ callId: '1.0' }] });
    const idsOf = async (...filter: Parameters<RunStore['list']>) =>
      (await store.list(...filter)).map(({ id }) => id);
    expect(await idsOf()).toEqual(['a', 'b', 'c', 'd']);
    expect(await idsOf({ status: 'waiting' })).toEqual(['b']);
    expect(await idsOf({ agent: 'other' })).toEqual(['d']);
    expect(await idsOf({ after: 'a', limit: 2 })).toEqual(['b', 'c']);
    expect(await store.get('b')).toMatchObject({ waiting: [{ callId: '1.0' }] });
  });

  test('returns the rows of a journal as they were written, in their order', async () => {
    const { epoch } = await startRuns(store, 'a');
    const key = { run: 'a', segment: 0, epoch };
    const rows = [rowOf('2', '{"value":"ä\\u0000 😀"}'), rowOf('1', '{"error":{"message":""}}')];
    for (const row of rows) await store.record(key, row);
    await store.record({ ...key, segment: 1 }, rowOf('1', '{"value":3}'));
    expect(await store.journal('a', 0)).toEqual(rows);
    expect(await store.journal('a', 1)).toHaveLength(1);
    expect(await store.journal('a', 2)).toEqual([]);
  });

  test('keeps an intent until its output is known, and never replaces an output', async () => {
    const { epoch } = await startRuns(store, 'a');
    const key = { run: 'a', segment: 0, epoch };
    await store.record(key, rowOf('1'));
    expect((await store.journal('a', 0))[0]?.output).toBeUndefined();
    await store.record(key, rowOf('2', '{"value":0}'));
    await store.record(key, rowOf('1', '{"value":1}'));
    await store.record(key, rowOf('1', '{"value":2}'));
    await store.record(key, rowOf('1'));
    const outputs = (await store.journal('a', 0)).map(({ output }) => output);
    expect(outputs).toEqual(['{"value":0}', '{"value":1}']);
  });

  test('keeps an output of 40 MB', async () => {
    const { epoch } = await startRuns(store, 'a');
    const output = JSON.stringify({ value: 'x'.repeat(40_000_000) });
    await store.record({ run: 'a', segment: 0, epoch }, rowOf('1', output));
    const [row] = await store.journal('a', 0);
    expect(row?.output === output).toBe(true);
  });

  test('refuses every write of an earlier epoch, and makes those of other runs', async () => {
    const old = await startRuns(store, 'a', 'b');
    await store.claim('b');
    const a = await store.claim('a');
    const late = { run: 'b', segment: 0, epoch: old.epoch };
    const writes = await Promise.allSettled([
      store.record(late, rowOf('1', '{"value":1}')),
      store.record({ run: 'a', segment: 0, epoch: a.epoch }, rowOf('1', '{"value":1}')),
      store.change('b', old.epoch, { status: 'completed', end: 1 }),
    ]);
    expect(writes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected']);
    expect(writes[0]).toMatchObject({ reason: { code: 'lease_lost' } });
    expect(writes[2]).toMatchObject({ reason: { code: 'lease_lost' } });
    expect(await store.journal('b', 0)).toEqual([]);
    expect(await store.journal('a', 0)).toHaveLength(1);
    expect(await store.get('b')).toMatchObject({ status: 'running' });
  });

  test('a change replaces what a run waits for, its end and its problem', async () => {
    const { epoch } = await startRuns(store, 'a');
    const problem = { code: 'agent_changed', message: 'No.' };
    await store.change('a', epoch, { status: 'blocked', problem });
    expect(await store.get('a')).toMatchObject({ status: 'blocked', problem });
    const segment = { number: 1, state: [1], decisions: { '1.0': {} }, fingerprint: 'g' };
    await store.change('a', epoch, { status: 'running', segment });
    expect(await store.get('a')).not.toHaveProperty('problem');
    expect(await store.get('a')).toMatchObject({ status: 'running', segment: 1, waiting: [] });
    expect(await store.segment('a', 1)).toEqual(segment);
    await store.change('a', epoch, { status: 'completed', end: { output: null } });
    expect(await store.get('a')).toMatchObject({ end: { output: null }, segment: 1 });
  });

  test('keeps a signal once, until an effect or a change has used it up', async () => {
    const { epoch } = await startRuns(store, 'a');
    expect(await store.addSignal('a', { id: '1', kind: 'input', body: 'x' })).toBe(true);
    expect(await store.addSignal('a', { id: '1', kind: 'input', body: 'y' })).toBe(false);
    await store.addSignal('a', { id: '2', kind: 'abort', body: null });
    const ids = async () => (await store.signals('a')).map(({ id }) => id);
    expect(await store.signals('a')).toEqual([
      { id: '1', kind: 'input', body: 'x' },
      { id: '2', kind: 'abort', body: null },
    ]);
    await store.record({ run: 'a', segment: 0, epoch }, rowOf('1', '{"value":1}'), ['1']);
    expect(await ids()).toEqual(['2']);
    expect([await store.hasSignal('a', '1'), await store.hasSignal('a', '3')]).toEqual([
      true,
      false,
    ]);
    expect(await store.addSignal('a', { id: '1', kind: 'input', body: 'x' })).toBe(false);
    await store.change('a', epoch, { status: 'stopped', consumes: ['2'] });
    expect(await ids()).toEqual([]);
  });

  test('does not end a run while an input waits', async () => {
    const { epoch } = await startRuns(store, 'a');
    await store.addSignal('a', { id: '1', kind: 'input', body: 'x' });
    const end = { status: 'completed', unlessInputWaits: true } as const;
    expect(await store.change('a', epoch, end)).toBe(false);
    expect(await store.get('a')).toMatchObject({ status: 'running' });
    await store.change('a', epoch, { status: 'running', consumes: ['1'] });
    expect(await store.change('a', epoch, end)).toBe(true);
  });

  test('refuses a run that does not exist, and a segment that is missing', async () => {
    await startRuns(store, 'a');
    const unknown = { code: 'run_unknown' };
    await expect(store.claim('b')).rejects.toMatchObject(unknown);
    const signal = { id: '1', kind: 'input', body: 1 } as const;
    await expect(store.addSignal('b', signal)).rejects.toMatchObject(unknown);
    await expect(store.segment('a', 7)).rejects.toMatchObject({ code: 'store_damaged' });
  });

  test('keeps the bytes of images', async () => {
    await store.blobs.put('ab', new Uint8Array([0, 255, 7]));
    expect(await store.blobs.get('ab')).toEqual(new Uint8Array([0, 255, 7]));
    expect(await store.blobs.get('cd')).toBeUndefined();
  });

  test('keeps sessions, and makes one of several changes of the same version', async () => {
    const { sessions } = store;
    const turn = (text: string) =>
      ({ role: 'user', inputs: [{ parts: [{ type: 'text', text }] }] }) as const;
    const change = { expectedVersion: 0, operationId: 'o', keep: 0, turns: [turn('1')], notes: {} };
    expect(await sessions.load('s')).toBeUndefined();
    expect(await sessions.append('s', change)).toBe(1);
    expect(await sessions.append('s', change)).toBe(1);
    const next = { ...change, expectedVersion: 1, keep: 0, turns: [turn('2'), turn('3')] };
    const made = await Promise.allSettled(
      ['p', 'q', 'r'].map((operationId) => sessions.append('s', { ...next, operationId })),
    );
    expect(made.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    expect(made[1]).toMatchObject({ reason: { code: 'session_conflict' } });
    expect(await sessions.load('s')).toMatchObject({ version: 2, turns: next.turns, notes: {} });
    const remembered = { pay: { kind: 'approve' } } as const;
    const last = {
      ...change,
      expectedVersion: 2,
      operationId: 't',
      keep: 1,
      notes: { remembered },
    };
    expect(await sessions.append('s', { ...last, turns: [] })).toBe(3);
    expect(await sessions.load('s')).toMatchObject({ turns: [turn('2')], notes: { remembered } });
    await sessions.delete('s');
    expect(await sessions.load('s')).toBeUndefined();
  });
});
