import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { sourceOptions } from '../../../scripts/source-options.ts';

const root = join(import.meta.dirname, '../../..');

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
});

afterAll(() => rm(folder, { recursive: true }));

test('the command reads the folder in which it was started, and ends', async () => {
  await writeFile(join(folder, 'package.json'), '{}\n'.repeat(200));
  const { code, stdout, stderr } = await start([]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^A rule-based stand-in/);
  expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/\b200\b.*\b34\b/);
});

test('the command ends with one line if the key is wrong', async () => {
  const endpoint = await startLocalEndpoint({ apiKey: 'right' });
  const { code, stdout, stderr } = await start(['--json', 'Hello'], {
    TURNWISE_BASE_URL: endpoint.url,
    TURNWISE_API_KEY: 'wrong',
  });
  await endpoint.close();
  expect(code).toBe(1);
  expect(stderr).toMatch(/^[^\n]*TURNWISE_API_KEY[^\n]*\n$/);
  expect(stdout.split('\n').at(-2)).toMatch(/^\{"type":"run-failed"/);
});

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program like `pnpm start`, without the environment variables that choose a model. */
function start(given: readonly string[], variables: Record<string, string> = {}): Promise<Ended> {
  const { PRIVATEMODE_API_KEY, TURNWISE_BASE_URL, TURNWISE_MODEL, TURNWISE_API_KEY, ...rest } =
    process.env;
  const main = join(import.meta.dirname, '../src/main.ts');
  const program = [...sourceOptions, main, ...given];
  const env = { ...rest, INIT_CWD: folder, ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, program, { cwd: root, env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code, stdout, stderr });
    });
  });
}
