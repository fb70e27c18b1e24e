import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, describe, expect, test } from '@jest/globals';
import { deskCases } from '../../../scripts/desk-cases.ts';
import { sourceOptions } from '../../../scripts/source-options.ts';
import { startLocalEndpoint } from '../src/index.ts';
import { postChat } from './post-chat.ts';

const cli = new URL('../src/cli.ts', import.meta.url).pathname;
const root = new URL('../../..', import.meta.url).pathname;

let running: ChildProcess | undefined;

afterEach(() => {
  running?.kill();
  running = undefined;
});

/** Runs the command line program until it exits, or until it has printed the given text. */
function run(given: string[], until?: string): Promise<{ output: string; code: number | null }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...sourceOptions, cli, ...given], { cwd: root });
    running = child;
    let output = '';
    const collect = (text: Buffer) => {
      output += text.toString();
      if (until !== undefined && output.includes(until)) resolve({ output, code: null });
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('close', (code) => resolve({ output, code }));
  });
}

describe('the command line', () => {
  test('prints its address, that it is not a model, and a curl command that works', async () => {
    const { output } = await run(['--port', '0', '--api-key', 'k'], 'Ctrl+C');
    expect(output).toMatch(/rule-based stand-in, not a language model/);
    expect(output).toMatch(/curl http:\/\/127\.0\.0\.1:\d+\/v1\/chat\/completions/);
    const url = /http:\/\/127\.0\.0\.1:\d+\/v1/.exec(output)?.[0] ?? '';
    const body = JSON.parse(/-d '(.*)'/.exec(output)?.[1] ?? '');
    const { status, text } = await postChat(url, body, { authorization: 'Bearer k' });
    expect(status).toBe(200);
    expect(text).toContain('7.14');
  });

  test('explains what to do if the port is in use', async () => {
    const endpoint = await startLocalEndpoint();
    const { output, code } = await run(['--port', String(endpoint.port)]);
    await endpoint.close();
    expect(code).toBe(1);
    expect(output).toMatch(/is in use.*--port/);
  });

  const mistakes: readonly (readonly [string[], RegExp])[] = [
    [['--quirks', 'gpt'], /Available: vllm/],
    [['--port', 'http'], /Give a whole number/],
    [['--nonsense'], /--help/],
  ];
  test.each(deskCases(mistakes, 3))('refuses %j', async (given, message) => {
    const { output, code } = await run(given);
    expect(code).toBe(1);
    expect(output).toMatch(message);
  });

  test('explains its options', async () => {
    const { output, code } = await run(['--help']);
    expect(code).toBe(0);
    expect(output).toMatch(/--context-window N/);
  });
});
