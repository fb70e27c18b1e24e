import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Agent } from '../../../src/agent/agent.ts';
import { fileSessionStore } from '../../../src/agent/session/file-session-store.ts';
import { Session } from '../../../src/agent/session/session.ts';
import type { SessionChange } from '../../../src/agent/session/session-store.ts';
import { says, scriptedModel } from '../../../src/testing/scripted-model.ts';
import type { Turn } from '../../../src/turns/turn.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-store-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function turnOf(text: string): Turn {
  return { role: 'user', inputs: [{ parts: [{ type: 'text', text }] }] };
}

function change(expectedVersion: number, more: Partial<SessionChange> = {}): SessionChange {
  const operationId = `o${expectedVersion}`;
  return {
    expectedVersion,
    operationId,
    keep: 0,
    turns: [turnOf(operationId)],
    notes: {},
    ...more,
  };
}

test('a change that was cut by a crash is ignored, and the next one replaces it', async () => {
  const store = fileSessionStore(folder);
  await store.append('a', change(0));
  const [name = ''] = await readdir(folder);
  await appendFile(join(folder, name), '{"expectedVersion":1,"turns":[{"ro');
  expect(await store.load('a')).toMatchObject({ version: 1 });
  await store.append('a', change(1, { keep: 1, turns: [turnOf('next')] }));
  expect(await store.load('a')).toMatchObject({
    version: 2,
    turns: [turnOf('o0'), turnOf('next')],
  });
});

test('a file that is damaged in another way is refused', async () => {
  const store = fileSessionStore(folder);
  await store.append('a', change(0));
  const [name = ''] = await readdir(folder);
  await writeFile(join(folder, name), '{"turns":1}\n');
  await expect(store.load('a')).rejects.toMatchObject({ code: 'invalid_state' });
});

test('the same change given twice is made once, and another one from an old version is refused', async () => {
  const store = fileSessionStore(folder);
  expect(await store.append('a', change(0))).toBe(1);
  expect(await store.append('a', change(0))).toBe(1);
  const other = store.append('a', change(0, { operationId: 'other' }));
  await expect(other).rejects.toMatchObject({ code: 'session_conflict' });
});

test('of many changes from the same version, one is made', async () => {
  const changes = Array.from({ length: 10 }, (_, place) =>
    fileSessionStore(folder).append('a', change(0, { operationId: `o${place}` })),
  );
  const made = (await Promise.allSettled(changes)).filter(({ status }) => status === 'fulfilled');
  expect(made).toHaveLength(1);
  expect(await fileSessionStore(folder).load('a')).toMatchObject({ version: 1 });
});

test('a replaced session is one line, and changes continue from it', async () => {
  const store = fileSessionStore(folder);
  await store.append('a', change(0));
  await store.append('a', change(1));
  const { keep: _, ...replacement } = change(2, { turns: [turnOf('short')] });
  expect(await store.replace?.('a', replacement)).toBe(3);
  expect(await store.replace?.('a', replacement)).toBe(3);
  expect((await readFile(join(folder, 'a.jsonl'), 'utf8')).split('\n')).toHaveLength(2);
  await store.append('a', change(3, { keep: 1, turns: [turnOf('next')] }));
  expect(await store.load('a')).toMatchObject({
    version: 4,
    turns: [turnOf('short'), turnOf('next')],
  });
  const old = store.replace?.('a', { ...replacement, operationId: 'other' });
  await expect(old).rejects.toMatchObject({ code: 'session_conflict' });
});

test('a lock of a process that has ended is removed', async () => {
  const store = fileSessionStore(folder);
  await store.append('a', change(0));
  await writeFile(join(folder, 'a.jsonl.lock'), '999999999');
  expect(await store.append('a', change(1))).toBe(2);
  expect(await readdir(folder)).toEqual(['a.jsonl']);
});

test('a lock that an ended process with the same id left is removed', async () => {
  const store = fileSessionStore(folder);
  await writeFile(join(folder, 'a.jsonl.lock'), String(process.pid));
  expect(await store.append('a', change(0))).toBe(1);
});

test('an id cannot leave the folder', async () => {
  const store = fileSessionStore(folder);
  for (const id of ['../evil', '/etc/x', 'A', 'a', 'ä'.repeat(300), '..']) {
    await store.append(id, change(0, { operationId: id }));
  }
  const names = await readdir(folder);
  expect(names).toHaveLength(6);
  expect(await readFile(join(folder, 'a.jsonl'), 'utf8')).toContain('"operationId":"a"');
});

test.each<[string, (folder: string) => string, string]>([
  ['is a file', (place) => join(place, 'notes'), 'is a file. Pass the path of a folder.'],
  [
    'is in a file',
    (place) => join(place, 'notes', 'chats'),
    'is a file. Pass the path of a folder.',
  ],
  [
    'cannot be created',
    (place) => join(place, 'x'.repeat(300)),
    'Correct that, or pass another folder.',
  ],
])(
  'a folder that %s is refused with its path and the cure, before the run sends anything',
  async (_, pathOf, cure) => {
    await writeFile(join(folder, 'notes'), 'mine');
    const path = pathOf(folder);
    const store = fileSessionStore(path);
    const refused = {
      code: 'store_failed',
      message: expect.stringMatching(new RegExp(`The folder "${path}" of fileSessionStore\\(\\)`)),
    };
    const model = scriptedModel([says('Hello.')]);
    const session = new Session({ id: 'a', store });
    const failed = new Agent({ name: 'clerk', model }).run('Hi', { session });
    await expect(failed).rejects.toMatchObject(refused);
    await expect(failed).rejects.toMatchObject({ message: expect.stringContaining(cure) });
    expect(model.requests).toHaveLength(0);
    await expect(store.append('a', change(0))).rejects.toMatchObject(refused);
    expect(await readFile(join(folder, 'notes'), 'utf8')).toBe('mine');
  },
);
