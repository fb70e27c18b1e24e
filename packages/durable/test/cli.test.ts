import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type DurableRuns, durable, sqlite } from '@turnwise/durable';
import { isThorough } from '../../../scripts/desk-cases.ts';
import { sourceOptions } from '../../../scripts/source-options.ts';
import { runCli } from '../src/cli/run-cli.ts';
import { agents } from './support/desk-agents.ts';

const cli = new URL('../src/cli.ts', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;
let folder: string;
let file: string;
let runs: DurableRuns;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'turnwise-cli-'));
  file = join(folder, 'runs.db');
  runs = durable({ store: sqlite(file), agents });
  await runs.start('desk', 'Pay B', { runId: 'r' });
  await runs.result('r');
});

afterEach(async () => {
  await runs.close({ graceMs: 0 });
  await rm(folder, { recursive: true });
});

/** What a command prints, while another process owns the store. */
async function turnwise(...given: string[]): Promise<string> {
  const node = [...sourceOptions, cli, ...given];
  const { stdout } = await promisify(execFile)(process.execPath, node, { cwd: root });
  return stdout;
}

/** What a command that only reads prints: at a desk in this process, which starts no program. */
async function read(...given: string[]): Promise<string> {
  return isThorough ? await turnwise(...given) : (await execute(...given)).text;
}

test('a run is listed, shown with what it waits for, and continues after a decision from another process', async () => {
  expect(await read('runs', 'list', file, '--status', 'waiting')).toMatch(
    /^r {2}desk {2}waiting, 1 waiting {2}\d{4}-/,
  );
  const shown = await read('runs', 'show', file, 'r');
  expect(shown).toContain('waits (approval): pay {"order":"B","euros":90}');
  const [, callId = ''] = /^ {2}(\S+) waits/m.exec(shown) ?? [];
  const [, fingerprint = ''] = /fingerprint: (\S+)/.exec(shown) ?? [];
  await turnwise('runs', 'decide', file, 'r', callId, 'approve', '--fingerprint', fingerprint);
  expect(await runs.result('r', { untilEnd: true })).toMatchObject({ output: 'It is paid.' });
  expect(await read('runs', 'watch', file, 'r')).toContain('completed');
  const [listed = ''] = (await read('runs', 'list', file, '--json')).split('\n');
  expect(JSON.parse(listed)).toMatchObject({ id: 'r', status: 'completed' });
});

test('a run that waits is ended from another process', async () => {
  await turnwise('runs', 'abort', file, 'r');
  expect(await runs.result('r', { untilEnd: true })).toMatchObject({ status: 'stopped' });
});

/** What a command prints in this process. */
async function execute(...given: string[]) {
  let text = '';
  const add = (more: string) => {
    text += more;
  };
  const code = await runCli(given, { print: add, printError: add });
  return { code, text };
}

/** A module that exports the agent of the run, or another version of it. */
const moduleOf = (name: 'desk-agents' | 'changed-agents') =>
  join(import.meta.dirname, `support/${name}.ts`);

test('a second decision on a call changes nothing, and the terminal prints that', async () => {
  await runs.close();
  const decide = (kind: string) => execute('runs', 'decide', file, 'r', '1.0', kind);
  expect(await decide('deny')).toMatchObject({ text: expect.stringContaining('is stored') });
  expect(await decide('approve')).toMatchObject({
    text: expect.stringContaining('"1.0" has a decision already; nothing was changed'),
  });
});

test('a run is continued without the program that started it, in a process that has its agents', async () => {
  await runs.close();
  const own = moduleOf('desk-agents');
  const edit = ['--arguments', '{"order":"B","euros":"sixty"}', '--agents', own];
  const refused = await execute('runs', 'decide', file, 'r', '1.0', 'edit', ...edit);
  expect(refused).toMatchObject({ code: 2, text: expect.stringContaining('does not accept') });
  await execute('runs', 'decide', file, 'r', '1.0', 'approve');
  expect(await execute('runs', 'show', file, 'r')).toMatchObject({
    text: expect.stringContaining('waiting'),
  });
  const resumed = await turnwise('runs', 'resume', file, 'r', '--agents', own);
  expect(resumed).toContain('completed');
  const again = await execute('runs', 'resume', file, 'r', '--agents', own);
  expect(again).toMatchObject({ code: 1, text: expect.stringContaining('has ended') });
});

test('a run with another agent is shown as blocked, until the agent is accepted', async () => {
  await runs.close();
  const changed = moduleOf('changed-agents');
  await execute('runs', 'decide', file, 'r', '1.0', 'approve');
  const blocked = await execute('runs', 'resume', file, 'r', '--agents', changed);
  expect(blocked.text).toContain('blocked: agent_changed');
  const accept = ['--agents', changed, '--accept', 'changed-agent'];
  expect(await execute('runs', 'resume', file, 'r', ...accept)).toMatchObject({
    code: 0,
    text: expect.stringContaining('completed'),
  });
});

test('a store that another process owns is not taken', async () => {
  const node = ['runs', 'resume', file, 'r', '--agents', moduleOf('desk-agents')];
  await expect(turnwise(...node)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is in use by'),
  });
});

test.each([
  [['runs', 'show', 'FILE', 'x'], 1, 'There is no run with the id "x"'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'approve'], 2, 'These calls wait: "'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'maybe'], 2, 'Unknown decision "maybe".'],
  [['runs', 'decide', 'FILE', 'r', '9.9', 'edit'], 2, 'needs --arguments with JSON'],
  [
    ['runs', 'decide', 'FILE', 'r', '1.0', 'edit', '--arguments', '{euros: 40}'],
    2,
    '--arguments is not JSON: "{euros: 40}"',
  ],
  [
    ['runs', 'decide', 'FILE', 'r', '1.0', 'edit', '--arguments', '40'],
    2,
    '--arguments is "40"; it must be a JSON object',
  ],
  [
    ['runs', 'decide', 'FILE', 'r', '1.0', 'answer', '--value', 'yes'],
    2,
    '--value is not JSON: "yes"',
  ],
  [
    ['runs', 'decide', 'FILE', 'r', '1.0', 'happened', '--result', '1'],
    2,
    'the call waits for one of: approve, edit, deny',
  ],
  [['runs', 'list', 'no-such.db'], 2, 'There is no file "no-such.db".'],
  [['runs', 'list', 'FILE', '--status', 'open'], 2, 'Unknown status "open".'],
  [['runs', 'wait', 'FILE'], 2, 'Use list, show, watch, decide, resume or abort.'],
  [['runs', 'resume', 'FILE', 'r'], 2, 'the module with the agents (--agents) is missing'],
  [['runs', 'resume', 'FILE', 'r', '--agents', 'no-such.js'], 2, 'could not be loaded'],
  [['runs', 'resume', 'FILE', 'r', '--agents', 'x', '--accept', 'all'], 2, 'changed-agent'],
  [['walks'], 2, 'The command is "turnwise runs".'],
])('%j is refused with the code %d and names the cure', async (given, code, message) => {
  const withFile = given.map((each) => (each === 'FILE' ? file : each));
  const refused = await execute(...withFile);
  expect(refused).toMatchObject({ code, text: expect.stringContaining(message) });
});
