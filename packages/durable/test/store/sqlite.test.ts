import { spawnSync } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type RunStore, sqlite } from '@turnwise/durable';
import { sourceOptions } from '../../../../scripts/source-options.ts';
import { changeFile } from '../support/change-file.ts';
import { newRun, rowOf, startRuns } from '../support/store-parts.ts';

let folder: string;
let file: string;
const opened: RunStore[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-sqlite-'));
  file = join(folder, 'runs.db');
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  await rm(folder, { recursive: true });
});

function open(...[options, path = file]: [options?: Parameters<typeof sqlite>[1], path?: string]) {
  const store = sqlite(path, options);
  opened.push(store);
  return store;
}

test('a second owner of a file is refused with the name of the first, until that one closes it', async () => {
  const first = open({ holder: 'worker 7' });
  await startRuns(first, 'a');
  const second = open();
  await expect(second.own()).rejects.toMatchObject({
    code: 'store_in_use',
    message: expect.stringContaining('worker 7'),
  });
  expect(await second.get('a')).toMatchObject({ status: 'running' });
  await first.close();
  await second.own();
  expect(await second.get('a')).toMatchObject({ status: 'running' });
});

test('the lease of an owner that has ended is taken over, and that of another machine when it runs out', async () => {
  await open().own();
  const changeOwner = async (fields: string) =>
    await changeFile(file, `UPDATE owner SET ${fields}`);
  await changeOwner('pid = 999999999');
  const second = open({ leaseMs: 600_000 });
  await second.own();
  await changeOwner("host = 'elsewhere'");
  await expect(open().own()).rejects.toMatchObject({ code: 'store_in_use' });
  await changeOwner('expires = 1');
  await open().own();
});

test('an owner that lost its lease writes nothing', async () => {
  const old = open();
  const { epoch } = await startRuns(old, 'a');
  await changeFile(file, "UPDATE owner SET expires = 1, host = 'elsewhere'");
  const next = open();
  await next.own();
  const key = { run: 'a', segment: 0, epoch };
  const lost = { code: 'lease_lost' };
  await expect(old.record(key, rowOf('1', '{"value":1}'))).rejects.toMatchObject(lost);
  await expect(old.create(newRun('b'))).rejects.toMatchObject(lost);
  expect(await next.journal('a', 0)).toEqual([]);
});

test('a signal of another connection is reported to the owner', async () => {
  const owner = open({ pollMs: 1 });
  await startRuns(owner, 'a', 'b');
  const reported = new Promise((resolve) => owner.onSignal(resolve));
  await open().addSignal('b', { id: '1', kind: 'input', body: 'x' });
  expect(await reported).toBe('b');
});

test('a copied file has the same runs', async () => {
  const store = open();
  await startRuns(store, 'a');
  await store.close();
  await copyFile(file, join(folder, 'copy.db'));
  const copy = open({}, join(folder, 'copy.db'));
  await copy.own();
  expect(await copy.get('a')).toMatchObject({ status: 'running' });
});

test('a file of a newer version is refused and not changed', async () => {
  await startRuns(open(), 'a');
  await opened.pop()?.close();
  await changeFile(file, 'PRAGMA user_version = 99');
  await expect(open().get('a')).rejects.toMatchObject({
    code: 'store_newer',
    message: expect.stringContaining('99'),
  });
  await changeFile(file, 'PRAGMA user_version = 1');
  expect(await open().get('a')).toMatchObject({ id: 'a' });
});

test('a file that is not a store is refused and not changed', async () => {
  await changeFile(file, 'CREATE TABLE mine (a)');
  await expect(open().list()).rejects.toMatchObject({ code: 'invalid_options' });
  const text = join(folder, 'text.db');
  await writeFile(text, 'This is a letter, and not a database. '.repeat(200));
  await expect(open({}, text).list()).rejects.toMatchObject({ code: 'store_damaged' });
});

test('a folder that does not exist is named, and the store works when it exists', async () => {
  const path = join(folder, 'later', 'runs.db');
  const store = open({}, path);
  await expect(store.list()).rejects.toMatchObject({
    code: 'store_failed',
    message: expect.stringContaining(path),
  });
  await mkdir(join(folder, 'later'));
  expect(await store.list()).toEqual([]);
});

test('a row that was damaged is named', async () => {
  const store = open();
  await startRuns(store, 'a');
  await changeFile(file, 'UPDATE segment SET state = \'{"turns":\'');
  await expect(store.segment('a', 0)).rejects.toMatchObject({
    code: 'store_damaged',
    message: expect.stringContaining('"a"'),
  });
});

/** Writes to the file in another process, with limits that only another process can have. */
function writeInProcess(shell: string, options: { readonly uid?: number } = {}) {
  const program = join(import.meta.dirname, '../support/write-rows.ts');
  const node = `exec "${process.execPath}" ${sourceOptions.join(' ')} "${program}" "${file}"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', `${shell}; ${node}`], {
    cwd: join(import.meta.dirname, '../../../..'),
    encoding: 'utf8',
    ...options,
  });
  return stdout === '' ? stderr : stdout;
}

test('a full disk is a clear error, and what was written before is intact', async () => {
  const { epoch } = await startRuns(open(), 'a');
  await opened[0]?.record({ run: 'a', segment: 0, epoch }, rowOf('1', '{"value":1}'));
  await opened.pop()?.close();
  // The limit of a file's size is in blocks of 512 bytes. Without the trap the signal would end the process.
  const report = writeInProcess("trap '' XFSZ; ulimit -f 400");
  expect(report).toMatch(/^store_failed: .*Nothing was written/);
  const store = open();
  await store.own();
  const { epoch: next } = await store.claim('a');
  const rows = await store.journal('a', 0);
  expect(rows[0]).toEqual(rowOf('1', '{"value":1}'));
  expect(rows.every(({ output }) => output !== undefined && JSON.parse(output))).toBe(true);
  await store.record({ run: 'a', segment: 0, epoch: next }, rowOf('last', '{"value":2}'));
});

test('a folder that the process may not write is a clear error, and the file is not changed', async () => {
  const { epoch } = await startRuns(open(), 'a');
  await opened[0]?.record({ run: 'a', segment: 0, epoch }, rowOf('1', '{"value":1}'));
  await opened.pop()?.close();
  const before = await readFile(file);
  await chmod(file, 0o444);
  await chmod(folder, 0o555);
  // For the user root, everything can be written.
  const report = writeInProcess('true', process.getuid?.() === 0 ? { uid: 65_534 } : {});
  expect(report).toMatch(/^store_failed: .*Nothing was written.*permission/);
  await chmod(folder, 0o755);
  await chmod(file, 0o644);
  expect(await readFile(file)).toEqual(before);
  const store = open();
  await store.own();
  expect(await store.journal('a', 0)).toEqual([rowOf('1', '{"value":1}')]);
});

test('a clock that jumps ahead gives the file to another process, and the one that lost it writes nothing', async () => {
  const old = open({ leaseMs: 600_000 });
  const { epoch } = await startRuns(old, 'a');
  await changeFile(file, "UPDATE owner SET host = 'elsewhere'");
  await expect(open().own()).rejects.toMatchObject({ code: 'store_in_use' });
  const hour = Date.now() + 3_600_000;
  const clock = jest.spyOn(Date, 'now').mockReturnValue(hour);
  const next = open();
  await next.own();
  // Back again: the owner stays the owner, and its rows have the time of the clock.
  clock.mockRestore();
  const late = old.record({ run: 'a', segment: 0, epoch }, rowOf('1', '{"value":1}'));
  await expect(late).rejects.toMatchObject({ code: 'lease_lost' });
  const claimed = await next.claim('a');
  const key = { run: 'a', segment: 0, epoch: claimed.epoch };
  await next.record(key, rowOf('2', '{"value":2}'));
  expect(await next.journal('a', 0)).toEqual([rowOf('2', '{"value":2}')]);
});

test('a clock that is set back leaves the owner its file, keeps its rows, and gives the file to nobody early', async () => {
  const owner = open({ leaseMs: 600_000 });
  const { epoch } = await startRuns(owner, 'a');
  const key = { run: 'a', segment: 0, epoch };
  await owner.record(key, rowOf('1', '{"value":1}'));
  await changeFile(file, "UPDATE owner SET host = 'elsewhere'");
  const clock = jest.spyOn(Date, 'now').mockReturnValue(Date.now() - 3_600_000);
  await expect(open().own()).rejects.toMatchObject({ code: 'store_in_use' });
  await owner.record(key, rowOf('2', '{"value":2}'));
  expect(await owner.journal('a', 0)).toEqual([
    rowOf('1', '{"value":1}'),
    rowOf('2', '{"value":2}'),
  ]);
  clock.mockRestore();
  await owner.record(key, rowOf('3', '{"value":3}'));
  expect(await owner.journal('a', 0)).toHaveLength(3);
});
