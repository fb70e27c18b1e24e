import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { RunEvent } from '@turnwise/core';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { findTreeProblems, testSurroundings } from '@turnwise-examples/program/testing';
import fc from 'fast-check';
import { main } from '../src/main.ts';

// Loading the calculator's library takes seconds on a busy machine.
jest.setTimeout(120_000);

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
  test.each(phrasings)('holds the lines of %s and their share', async (file, phrase) => {
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
      { numRuns: 4 },
    );
  });

  test('stands last on stdout, below the tree', async () => {
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

  test('uses the tool that the example defines', async () => {
    const { events } = await runJson([
      'How many days are there between 2026-01-31 and 2026-12-24?',
    ]);
    expect(toolsIn(events)).toEqual(['days_between']);
    expect(numbersIn(answerOf(events))).toContain('327');
  });

  test('comes for the default question where none is given', async () => {
    await writeFile(join(folder, 'package.json'), '{}\n'.repeat(300));
    const { events } = await runJson([]);
    expect(numbersIn(answerOf(events))).toEqual(expect.arrayContaining(['300', '51']));
  });
});

describe('events', () => {
  test('form a tree in which everything opened is closed once', async () => {
    await writeFile(join(folder, 'a.txt'), 'one\ntwo\n');
    const { events } = await runJson(['How many lines does a.txt have?']);
    expect(findTreeProblems(events)).toEqual([]);
    expect(events.at(0)?.type).toBe('run-started');
    expect(events.at(-1)).toMatchObject({ type: 'run-finished', status: 'completed' });
  });

  test('form a tree where the run fails too', async () => {
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
  test('announces itself on the first line, with the way to a real model', async () => {
    const surroundings = testSurroundings({ arguments: ['Hello'], folder });
    expect(await runMain(main, surroundings)).toBe(0);
    expect(surroundings.outputText).toMatch(/^A rule-based stand-in .*TURNWISE_BASE_URL.*\n/);
  });

  test('announces itself on stderr where stdout is for JSON', async () => {
    const surroundings = testSurroundings({ arguments: ['--json', 'Hello'], folder });
    expect(await runMain(main, surroundings)).toBe(0);
    expect(surroundings.errorText).toMatch(/^A rule-based stand-in .*\n$/);
    expect(readEvents(surroundings.outputText).length).toBeGreaterThan(0);
  });
});

describe('one clear sentence', () => {
  test('for a key that the server does not accept', async () => {
    const { errorText, code } = await run(['Hello'], { TURNWISE_API_KEY: 'wrong' });
    expect(code).toBe(1);
    expectOneSentence(errorText, /TURNWISE_API_KEY/);
  });

  test('for an address where nothing listens', async () => {
    const { errorText, code } = await run(['Hello'], {
      TURNWISE_BASE_URL: `http://127.0.0.1:${await freePort()}/v1`,
    });
    expect(code).toBe(1);
    expectOneSentence(errorText, /No server is listening.*TURNWISE_BASE_URL/);
  });

  test('for an address that is none', async () => {
    const { errorText, code } = await run(['Hello'], { TURNWISE_BASE_URL: 'somewhere' });
    expect(code).toBe(1);
    expectOneSentence(errorText, /TURNWISE_BASE_URL.*"somewhere"/);
  });

  test('for an address without the /v1', async () => {
    const { errorText, code } = await run(['Hello'], {
      TURNWISE_BASE_URL: endpoint.url.replace('/v1', ''),
    });
    expect(code).toBe(1);
    expectOneSentence(errorText, /\/v1/);
  });

  test('for an option that does not exist', async () => {
    const { errorText, code } = await run(['--jsno']);
    expect(code).toBe(2);
    expectOneSentence(errorText, /--jsno.*--json/);
  });
});

describe('the program', () => {
  test('tells its options on --help', async () => {
    const { outputText, code } = await run(['--help']);
    expect(code).toBe(0);
    expect(outputText).toContain('--json');
  });

  test('aborts the run on Ctrl-C, closing what was opened', async () => {
    endpoint.faults.push({ kind: 'stall-stream' });
    const surroundings = surroundingsOf(['--json', 'Hello']);
    const running = runMain(main, surroundings);
    await endpoint.faults.whenStalled();
    surroundings.interrupt();
    expect(await running).toBe(130);
    expect(findTreeProblems(readEvents(surroundings.outputText))).toEqual([]);
    expectOneSentence(surroundings.errorText, /stopped/);
  });
});

function surroundingsOf(given: readonly string[], environment: Record<string, string> = {}) {
  return testSurroundings({
    arguments: given,
    folder,
    environment: {
      TURNWISE_BASE_URL: endpoint.url,
      TURNWISE_API_KEY: 'right',
      ...environment,
    },
  });
}

async function run(given: readonly string[], environment: Record<string, string> = {}) {
  const surroundings = surroundingsOf(given, environment);
  const code = await runMain(main, surroundings);
  return { code, outputText: surroundings.outputText, errorText: surroundings.errorText };
}

async function runJson(given: readonly string[], environment: Record<string, string> = {}) {
  const { code, outputText } = await run(['--json', ...given], environment);
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

function expectOneSentence(errorText: string, naming: RegExp): void {
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
