import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';

jest.setTimeout(120_000);

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'approvals-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Starts the program as a process in the folder, on the embedded endpoint. */
async function start(request: string, input: string) {
  const { PRIVATEMODE_API_KEY, TURNWISE_BASE_URL, TURNWISE_MODEL, TURNWISE_API_KEY, ...rest } =
    process.env;
  const main = join(import.meta.dirname, '../src/main.ts');
  const child = spawn(
    process.execPath,
    ['--conditions', '@turnwise/source', '--import', 'tsx', main, request],
    { cwd: join(import.meta.dirname, '..'), env: { ...rest, INIT_CWD: folder } },
  );
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end(input);
  child.stderr.resume();
  const stdout = await readText(child.stdout);
  return { code: await ended, stdout };
}

test('a refund that waits in one process is decided and made in the next one', async () => {
  const request = 'Refund 90 euros for order ORD-7.';
  const first = await start(request, '');
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain('Start the program again');
  expect(first.stdout).not.toContain('[refunded');
  const second = await start(request, '70\n');
  expect(second).toMatchObject({ code: 0 });
  expect(second.stdout).toContain('A decision of the last time is still open.');
  expect(second.stdout.match(/\[refunded: .*?\]/g)).toEqual(['[refunded: ORD-7, 70 euros]']);
});
