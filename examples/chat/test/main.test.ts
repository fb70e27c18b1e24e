import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { type TestSurroundings, testSurroundings } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

// Loading the calculator's library takes seconds on a busy machine.
jest.setTimeout(60_000);

let folder: string;
let endpoint: LocalEndpoint;
let surroundings: TestSurroundings;
let ended: Promise<number>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-'));
  await writeFile(join(folder, 'a.txt'), 'line\n'.repeat(30));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  endpoint = await startLocalEndpoint();
  surroundings = testSurroundings({ folder, environment: { TURNWISE_BASE_URL: endpoint.url } });
  ended = runMain(main, surroundings);
});

afterEach(() => endpoint.close());

test('a later line goes on from the answers before it', async () => {
  await say('How many lines does a.txt have?', 'a.txt has 30 lines');
  await say('Hello', 'stand-in');
  await quit();
  const [first = []] = messagesOfRequests();
  const last = messagesOfRequests().at(-1);
  expect(first.length).toBeGreaterThan(0);
  expect(surroundings.outputText).toContain('· count_lines {"path":"a.txt"}');
  expect(last?.slice(0, first.length)).toEqual(first);
});

test('the conversation is sent along with every line', async () => {
  await say('Hello', 'Hello! I am');
  await say('How many lines does a.txt have?', 'a.txt has 30 lines');
  await quit();
  const last = JSON.stringify(messagesOfRequests().at(-1));
  expect(last).toContain('Hello! I am');
  expect(last).toContain('30 lines');
});

test('Ctrl-C ends an answer and keeps what was said', async () => {
  endpoint.faults.push({ kind: 'stall-stream' });
  surroundings.input.write('Remember the word apricot.\n');
  await endpoint.faults.whenStalled();
  surroundings.interrupt();
  await surroundings.whenOutputHas('(aborted)');
  await say('Hello', 'stand-in');
  await quit();
  expect(JSON.stringify(messagesOfRequests().at(-1))).toContain('apricot');
});

test('Ctrl-C at the prompt ends the chat', async () => {
  await surroundings.whenOutputHas('> ');
  surroundings.interrupt();
  expect(await ended).toBe(0);
});

test('the end of the input ends the chat', async () => {
  surroundings.input.end('Hello\n');
  expect(await ended).toBe(0);
  expect(surroundings.outputText).toContain('stand-in');
});

test('after a failure nothing is lost, and /retry asks again', async () => {
  endpoint.script.push({ error: { status: 400, body: { error: { message: 'no\u001b[2J' } } } });
  surroundings.input.write('How many lines does a.txt have?\n');
  await surroundings.whenErrorsHave('/retry');
  await say('/retry', 'a.txt has 30 lines');
  await quit();
  expect(surroundings.errorText).toMatch(/^[^\n]*no\\u001b\[2J[^\n]*\n$/);
});

test('text that calls follow is marked as void', async () => {
  endpoint.script.push({
    raw: [
      { choices: [{ index: 0, delta: { role: 'assistant', content: 'Let me count.' } }] },
      {
        choices: [
          {
            index: 0,
            delta: {
              tool_calls: [
                {
                  index: 0,
                  id: 'x',
                  type: 'function',
                  function: { name: 'count_lines', arguments: '{"path":"a.txt"}' },
                },
              ],
            },
          },
        ],
      },
      { choices: [{ index: 0, delta: {}, finish_reason: 'tool_calls' }] },
    ],
  });
  await say('Count a.txt', '30 lines');
  await quit();
  expect(surroundings.outputText).toMatch(/Let me count\.\n\(the text above does not count\)\n· /);
});

test('an option that does not exist is refused in one sentence', async () => {
  await quit();
  const refused = testSurroundings({ arguments: ['--fast'] });
  expect(await runMain(main, refused)).toBe(2);
  expect(refused.errorText).toMatch(/^[^\n]*--fast[^\n]*\n$/);
});

async function say(line: string, answer: string): Promise<void> {
  surroundings.input.write(`${line}\n`);
  await surroundings.whenOutputHas(answer);
}

async function quit(): Promise<void> {
  surroundings.input.write('/quit\n');
  expect(await ended).toBe(0);
}

function messagesOfRequests(): readonly unknown[][] {
  return endpoint.requests.flatMap(({ body: { messages } }) =>
    Array.isArray(messages) ? [messages] : [],
  );
}
