import { spawn } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { sourceOptions } from '../../../scripts/source-options.ts';
import { startModelServer } from './support/model-server.ts';
import { repliesText } from './support/routed-server.ts';

const cli = new URL('../src/probe-cli.ts', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;

interface Finished {
  readonly output: string;
  readonly errors: string;
  readonly code: number | null;
}

function run(...given: string[]): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...sourceOptions, cli, ...given], { cwd: root });
    let output = '';
    let errors = '';
    child.stdout.on('data', (text: Buffer) => {
      output += text.toString();
    });
    child.stderr.on('data', (text: Buffer) => {
      errors += text.toString();
    });
    child.on('close', (code) => resolve({ output, errors, code }));
  });
}

test('turnwise-probe prints its progress to stderr and the profile to stdout', async () => {
  await using server = await startModelServer(repliesText('Hello\u001b[2J.'));
  const finished = await run('--base-url', server.baseURL, '--model', 'gemma-3');
  expect(finished.code).toBe(0);
  expect(finished.errors).toMatch(/^\[ +\d+ s\] system role +\w+/);
  expect(finished.output).toMatch(/\nexport const profile = /);
  expect(finished.output).not.toContain('\u001b');
});

test('turnwise-probe explains a missing option and exits with 2', async () => {
  const finished = await run('--base-url', 'http://127.0.0.1:1/v1');
  expect(finished).toMatchObject({ code: 2, output: '', errors: expect.stringMatching(/--model/) });
});
