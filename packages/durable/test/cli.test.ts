import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import { desk } from './support/desk.ts';

// Each command is a process, which takes seconds on a busy machine.
jest.setTimeout(120_000);

const cli = new URL('../src/cli.ts', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;
let folder: string;
let file: string;
let runs: DurableRuns;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-cli-'));
  file = join(folder, 'runs.db');
  const agent = desk([[['pay', { order: 'B', euros: 90 }]], 'It is paid.']);
  runs = durable({ store: sqlite(file), agents: { desk: agent } });
  await runs.start('desk', 'Pay B', { runId: 'r' });
  await runs.result('r');
});

afterEach(async () => {
  await runs.close({ graceMs: 0 });
  await rm(folder, { recursive: true });
});

/** What a command prints, while another process owns the store. */
async function turnwise(...given: string[]): Promise<string> {
  const node = ['--conditions', '@turnwise/source', '--import', 'tsx', cli, ...given];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
  return stdout;
}

test('a run is listed, shown with what it waits for, and continues after a decision from another process', async () => {
  expect(await turnwise('runs', 'list', file, '--status', 'waiting')).toMatch(
    /^r {2}desk {2}waiting, 1 waiting {2}\d{4}-/,
  );
  const shown = await turnwise('runs', 'show', file, 'r');
  expect(shown).toContain('waits (approval): pay {"order":"B","euros":90}');
  const [, callId = ''] = /^ {2}(\S+) waits/m.exec(shown) ?? [];
  const [, fingerprint = ''] = /fingerprint: (\S+)/.exec(shown) ?? [];
  await turnwise('runs', 'decide', file, 'r', callId, 'approve', '--fingerprint', fingerprint);
  expect(await runs.result('r', { untilEnd: true })).toMatchObject({ output: 'It is paid.' });
  expect(await turnwise('runs', 'watch', file, 'r')).toContain('completed');
  const [listed = ''] = (await turnwise('runs', 'list', file, '--json')).split('\n');
  expect(JSON.parse(listed)).toMatchObject({ id: 'r', status: 'completed' });
});

test('a run that waits is ended from another process', async () => {
  await turnwise('runs', 'abort', file, 'r');
  expect(await runs.result('r', { untilEnd: true })).toMatchObject({ status: 'stopped' });
});

test.each([
  [['runs', 'show', 'FILE', 'x'], 1, 'There is no run with the id "x"'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'approve'], 2, 'These calls wait: "'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'maybe'], 2, 'Unknown decision "maybe".'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'edit'], 2, 'needs --arguments with JSON'],
  [['runs', 'list', 'no-such.db'], 2, 'There is no file "no-such.db".'],
  [['runs', 'list', 'FILE', '--status', 'open'], 2, 'Unknown status "open".'],
  [['runs', 'wait', 'FILE'], 2, 'Use list, show, watch, decide or abort.'],
  [['walks'], 2, 'The command is "turnwise runs".'],
])('%j is refused with the code %d and names the cure', async (given, code, message) => {
  const withFile = given.map((each) => (each === 'FILE' ? file : each));
  await expect(turnwise(...withFile)).rejects.toMatchObject({
    code,
    stderr: expect.stringContaining(message),
  });
});
