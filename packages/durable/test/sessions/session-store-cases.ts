import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { SessionStore } from '@turnwise/core';
import type { SessionChange } from '@turnwise/core/model';

/** A user turn with this text. */
const turn = (text: string) =>
  ({ role: 'user', inputs: [{ parts: [{ type: 'text', text }] }] }) as const;

/** A change that adds turns to a session of this version. */
const change = (version: number, operationId: string, ...texts: readonly string[]) =>
  ({
    expectedVersion: version,
    operationId,
    keep: version,
    turns: texts.map(turn),
    notes: {},
  }) satisfies SessionChange;

/** The tests that every store of sessions passes. `id` is a new session for each test. */
export function testSessionStore(
  open: () => SessionStore,
  close: (store: SessionStore) => Promise<void>,
): void {
  let store: SessionStore;
  let count = 0;
  let id: string;

  beforeEach(() => {
    count += 1;
    id = `session ${process.pid} ${count}`;
    store = open();
  });

  afterEach(async () => await close(store));

  test('a session that was never saved is not there', async () => {
    expect(await store.load(id)).toBeUndefined();
    await store.delete(id);
  });

  test('a change that is given twice is made once', async () => {
    expect(await store.append(id, change(0, 'a', 'one'))).toBe(1);
    expect(await store.append(id, change(0, 'a', 'one'))).toBe(1);
    expect(await store.load(id)).toMatchObject({ version: 1, turns: [turn('one')], notes: {} });
  });

  test('of many changes of one version one is made, also of a new session', async () => {
    for (const version of [0, 1]) {
      const names = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}${version}`);
      const made = await Promise.allSettled(
        names.map(async (name) => await store.append(id, change(version, name, name))),
      );
      expect(made.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const refused = made.find(({ status }) => status === 'rejected');
      expect(refused).toMatchObject({ reason: { code: 'session_conflict' } });
    }
    expect((await store.load(id))?.turns).toHaveLength(2);
  });

  test('turns after those that are kept are replaced, and the notes too', async () => {
    await store.append(id, change(0, 'a', 'one', 'two', 'three'));
    const remembered = { pay: { kind: 'approve' } } as const;
    const next = { ...change(1, 'b', 'new'), notes: { remembered } };
    expect(await store.append(id, next)).toBe(2);
    const turns = [turn('one'), turn('new')];
    expect(await store.load(id)).toMatchObject({ version: 2, turns, notes: { remembered } });
    await store.append(id, { ...change(2, 'c'), keep: 0 });
    expect(await store.load(id)).toMatchObject({ version: 3, turns: [], notes: {} });
  });

  test('every text is kept as it is', async () => {
    const texts = ['', '\u0000 \u2028 \ud800', 'é 漢 😀', '"\'\\ $1 %s', 'x'.repeat(200_000)];
    await store.append(id, change(0, 'a', ...texts));
    expect((await store.load(id))?.turns).toEqual(texts.map(turn));
  });

  test('a session that was deleted begins again', async () => {
    await store.append(id, change(0, 'a', 'one'));
    await store.delete(id);
    expect(await store.load(id)).toBeUndefined();
    expect(await store.append(id, change(0, 'b', 'two'))).toBe(1);
  });
}
