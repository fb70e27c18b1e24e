import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunEvent } from '@turnwise/core';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { findTreeProblems, testEnvironment } from '@turnwise-examples/program/testing';
import fc from 'fast-check';
import { isThorough } from '../../../scripts/desk-cases.ts';
import { main } from '../src/main.ts';

let folder: string;
let endpoint: LocalEndpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quickstart-'));
  endpoint = await startLocalEndpoint({ apiKey: 'right' });
});

afterAll(async () => {
  await endpoint.close();
  await rm(folder, { recursive: true });
});

const phrasings: readonly (readonly [string, (percent: number) => string])[] = [
  [
    'package.json',
    (percent) => `How many lines does package.json have, and what is ${percent}% of that?`,
  ],
  ['a.txt', (percent) => `Count the lines of a.txt, then take ${percent} percent of the number.`],
  ['notes.md', (percent) => `What is ${percent}% of the number of lines in notes.md?`],
  ['data.csv', (percent) => `How many lines are in data.csv? Tell me ${percent}% of it as well.`],
  ['b.log', (percent) => `Take the line count of b.log and give me ${percent} percent of it.`],
];

describe('the answer', () => {
  test.each(phrasings)('contains the number of lines of %s and its share', async (file, phrase) => {
    const lines = fc.integer({ min: 1, max: 400 });
    const percent = fc.integer({ min: 1, max: 99 });
    await fc.assert(
      fc.asyncProperty(lines, percent, async (lineCount, share) => {
        await writeFile(join(folder, file), 'line\n'.repeat(lineCount));
        const { events, code } = await runJson([phrase(share)]);
        expect(code).toBe(0);
        const answer = answerOf(events);
        expect(numbersIn(answer)).toContain(String(lineCount));
        expect(numbersIn(answer)).toContain(String((lineCount * share) / 100));
        expect(new Set(toolsIn(events)).size).toBeGreaterThanOrEqual(2);
      }),
      { numRuns: isThorough ? 4 : 1 },
    );
  });

  test('is the last line on stdout, below the tree', async () => {
    await writeFile(join(folder, 'package.json'), '{\n}\n');
    const { outputText, errorText, code } = await run([
      'How many lines does package.json have, and what is 50% of that?',
    ]);
    expect({ code, errorText }).toEqual({ code: 0, errorText: '' });
    const [first, ...rest] = outputText.trimEnd().split('\n');
    expect(first).toBe('run-started');
    expect(numbersIn(rest.at(-1) ?? '')).toEqual(expect.arrayContaining(['2', '1']));
    expect(rest).toContainEqual(expect.stringMatching(/^└─ run-finished {2}completed/));
  });

  test('uses the tool of the example', async () => {
    const { events } = await runJson([
      'How many days are there between 2026-01-31 and 2026-12-24?',
    ]);
    expect(toolsIn(events)).toEqual(['days_between']);
    expect(numbersIn(answerOf(events))).toContain('327');
  });

  test('is for the default question if no question is given', async () => {
    await writeFile(join(folder, 'package.json'), '{}\n'.repeat(300));
    const { events } = await runJson([]);
    expect(numbersIn(answerOf(events))).toEqual(expect.arrayContaining(['300', '51']));
  });
});

describe('events', () => {
  test('form a tree in which every opening event is closed once', async () => {
    await writeFile(join(folder, 'a.txt'), 'one\ntwo\n');
    const { events } = await runJson(['How many lines does a.txt have?']);
    expect(findTreeProblems(events)).toEqual([]);
    expect(events.at(0)?.type).toBe('run-started');
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'completed' });
  });

  test('form a tree if the run fails, too', async () => {
    const { events } = await runJson(['Hello'], { TURNWISE_API_KEY: 'wrong' });
    expect(findTreeProblems(events)).toEqual([]);
    expect(events.at(-1)?.type).toBe('run-failed');
  });

  test('show control characters of a file as escapes', async () => {
    await writeFile(join(folder, 'evil.txt'), '\u001b[2J\u001b]0;title\u0007\n');
    const { outputText } = await run(['Read the file evil.txt']);
    expect(outputText).toContain('\\u001b[2J');
    expect(outputText).not.toContain('\u001b');
  });
});

describe('the stand-in', () => {
  test('is announced on the first line, which explains how to use a real model', async () => {
    const environment = testEnvironment({ arguments: ['Hello'], folder });
    expect(await runMain(main, environment)).toBe(0);
    expect(environment.outputText).toMatch(/^A rule-based stand-in .*TURNWISE_BASE_URL.*\n/);
  });

  test('is announced on stderr if stdout is for JSON', async () => {
    const environment = testEnvironment({ arguments: ['--json', 'Hello'], folder });
    expect(await runMain(main, environment)).toBe(0);
    expect(environment.errorText).toMatch(/^A rule-based stand-in .*\n$/);
    expect(readEvents(environment.outputText).length).toBeGreaterThan(0);
  });
});

describe('one line on stderr explains', () => {
  test('a key that the server does not accept', async () => {
    const { errorText, code } = await run(['Hello'], { TURNWISE_API_KEY: 'wrong' });
    expect(code).toBe(1);
    expectOneLine(errorText, /TURNWISE_API_KEY/);
  });

  test('an address without a server', async () => {
    const { errorText, code } = await run(['Hello'], {
      TURNWISE_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
    });
    expect(code).toBe(1);
    expectOneLine(errorText, /No server is listening at .*baseURL/);
  });

  test('an invalid address', async () => {
    const { errorText, code } = await run(['Hello'], { TURNWISE_BASE_URL: 'somewhere' });
    expect(code).toBe(1);
    expectOneLine(errorText, /TURNWISE_BASE_URL.*"somewhere"/);
  });

  test('an address without /v1', async () => {
    const { errorText, code } = await run(['Hello'], {
      TURNWISE_BASE_URL: endpoint.url.replace('/v1', ''),
    });
    expect(code).toBe(1);
    expectOneLine(errorText, /\/v1/);
  });

  test('an unknown option', async () => {
    const { errorText, code } = await run(['--jsno']);
    expect(code).toBe(2);
    expectOneLine(errorText, /--jsno.*--json/);
  });
});

describe('the program', () => {
  test('prints its options for --help', async () => {
    const { outputText, code } = await run(['--help']);
    expect(code).toBe(0);
    expect(outputText).toContain('--json');
  });

  test('aborts the run at Ctrl-C and closes every open event', async () => {
    endpoint.faults.push({ kind: 'stall-stream' });
    const environment = environmentWith(['--json', 'Hello']);
    const running = runMain(main, environment);
    await endpoint.faults.whenStalled();
    environment.interrupt();
    expect(await running).toBe(130);
    expect(findTreeProblems(readEvents(environment.outputText))).toEqual([]);
    expectOneLine(environment.errorText, /stopped/);
  });
});

function environmentWith(given: readonly string[], variables: Record<string, string> = {}) {
  return testEnvironment({
    arguments: given,
    folder,
    variables: {
      TURNWISE_BASE_URL: endpoint.url,
      TURNWISE_API_KEY: 'right',
      ...variables,
    },
  });
}

async function run(given: readonly string[], variables: Record<string, string> = {}) {
  const environment = environmentWith(given, variables);
  const code = await runMain(main, environment);
  return { code, outputText: environment.outputText, errorText: environment.errorText };
}

async function runJson(given: readonly string[], variables: Record<string, string> = {}) {
  const { code, outputText } = await run(['--json', ...given], variables);
  return { code, events: readEvents(outputText) };
}

function readEvents(output: string): RunEvent[] {
  return output
    .trimEnd()
    .split('\n')
    .map((line): RunEvent => JSON.parse(line));
}

function answerOf(events: readonly RunEvent[]): string {
  const texts = events.flatMap((event) =>
    event.type === 'assistant-turn-added' && event.turn.kind === 'text' ? [event.turn.text] : [],
  );
  return texts.at(-1) ?? '';
}

function toolsIn(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) =>
    event.type === 'tool-finished' && event.result.status === 'ok' ? [event.call.name] : [],
  );
}

function numbersIn(text: string): string[] {
  return text.match(/\d+(?:\.\d+)?/g) ?? [];
}

function expectOneLine(errorText: string, naming: RegExp): void {
  expect(errorText).toMatch(/^[^\n]+\n$/);
  expect(errorText).toMatch(naming);
  expect(errorText).not.toMatch(/\bat .*:\d+:\d+/);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
