import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { type TestEnvironment, testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

let folder: string;
let endpoint: LocalEndpoint;
let environment: TestEnvironment;
let ended: Promise<number>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chat-'));
  await writeFile(join(folder, 'a.txt'), 'line\n'.repeat(30));
});

afterAll(() => rm(folder, { recursive: true }));

beforeEach(async () => {
  endpoint = await startLocalEndpoint();
  environment = testEnvironment({ folder, variables: { TURNWISE_BASE_URL: endpoint.url } });
  ended = runMain(main, environment);
});

afterEach(() => endpoint.close());

test('a later line continues the conversation', async () => {
  await ask('How many lines does a.txt have?', 'a.txt has 30 lines');
  await ask('Hello', 'stand-in');
  await quit();
  const [first = []] = messagesOfRequests();
  const last = messagesOfRequests().at(-1);
  expect(first.length).toBeGreaterThan(0);
  expect(environment.outputText).toContain('· count_lines {"path":"a.txt"}');
  expect(last?.slice(0, first.length)).toEqual(first);
});

test('every request contains the conversation', async () => {
  await ask('Hello', 'Hello! I am');
  await ask('How many lines does a.txt have?', 'a.txt has 30 lines');
  await quit();
  const last = JSON.stringify(messagesOfRequests().at(-1));
  expect(last).toContain('Hello! I am');
  expect(last).toContain('30 lines');
});

test('Ctrl-C stops an answer and keeps the input', async () => {
  endpoint.faults.push({ kind: 'stall-stream' });
  environment.input.write('Remember the word apricot.\n');
  await endpoint.faults.whenStalled();
  environment.interrupt();
  await environment.whenOutputHas('(aborted)');
  await ask('Hello', 'stand-in');
  await quit();
  expect(JSON.stringify(messagesOfRequests().at(-1))).toContain('apricot');
});

test('Ctrl-C at the prompt ends the chat', async () => {
  await environment.whenOutputHas('> ');
  environment.interrupt();
  expect(await ended).toBe(0);
});

test('the end of the input ends the chat', async () => {
  environment.input.end('Hello\n');
  expect(await ended).toBe(0);
  expect(environment.outputText).toContain('stand-in');
});

test('a failure keeps the conversation, and /retry requests the answer again', async () => {
  endpoint.script.push({ error: { status: 400, body: { error: { message: 'no\u001b[2J' } } } });
  environment.input.write('How many lines does a.txt have?\n');
  await environment.whenErrorsHave('/retry');
  await ask('/retry', 'a.txt has 30 lines');
  await quit();
  expect(environment.errorText).toMatch(/^[^\n]*no\\u001b\[2J[^\n]*\n$/);
});

test('text before calls is marked as not part of the answer', async () => {
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
  await ask('Count a.txt', '30 lines');
  await quit();
  expect(environment.outputText).toMatch(/Let me count\.\n\(the text above does not count\)\n· /);
});

test('an unknown option is refused in one line', async () => {
  await quit();
  const refused = testEnvironment({ arguments: ['--fast'] });
  expect(await runMain(main, refused)).toBe(2);
  expect(refused.errorText).toMatch(/^[^\n]*--fast[^\n]*\n$/);
});

async function ask(line: string, answer: string): Promise<void> {
  environment.input.write(`${line}\n`);
  await environment.whenOutputHas(answer);
}

async function quit(): Promise<void> {
  environment.input.write('/quit\n');
  expect(await ended).toBe(0);
}

function messagesOfRequests(): readonly unknown[][] {
  return endpoint.requests.flatMap(({ body: { messages } }) =>
    Array.isArray(messages) ? [messages] : [],
  );
}
