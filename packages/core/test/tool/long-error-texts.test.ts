import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { answersJson, completion, startModelServer } from '../support/model-server.ts';

const long = 'cannot find module\n'.repeat(15_000);

/** The status of the call, its full text, and the number of characters of the longest message after it. */
async function answerOn(tools: readonly Tool[], name: string, input: string) {
  const call = { id: 'a', type: 'function', function: { name, arguments: input } };
  await using server = await startModelServer(
    answersJson(completion({ content: null, tool_calls: [call] }, 'tool_calls')),
    answersJson(completion({ content: 'Done.' })),
  );
  const { baseURL } = server;
  const model = openaiCompatible({ baseURL, model: 'm', profile: 'qwen-3' });
  const { transcript } = await new Agent({ name: 'guide', model, tools }).run('Go.');
  const turn = transcript.turns[2];
  const result = turn?.role === 'tool' ? turn.results[0] : undefined;
  const messages = (server.requests[1]?.body.messages ?? []) as { content: unknown }[];
  return {
    status: result?.status,
    text: textOf(result?.parts ?? []),
    sentChars: Math.max(...messages.slice(1).map(({ content }) => String(content ?? '').length)),
  };
}

const build = (execute: () => string | Promise<string>, options: Partial<Tool> = {}) =>
  tool({ ...options, name: 'build', description: 'A tool.', parameters: z.object({}), execute });

test.each<[string, () => string | Promise<string>]>([
  ['throws an Error', () => fail(new Error(long))],
  ['rejects', () => Promise.reject(new Error(long))],
  ['throws a text', () => fail(long)],
  ['throws an object', () => fail({ output: long })],
])(
  'a tool that %s with a long text: the model gets as much as of a long result',
  async (_, execute) => {
    const { status, text, sentChars } = await answerOn([build(execute)], 'build', '{}');
    expect(status).toBe('error');
    expect(text.length).toBeGreaterThan(long.length);
    expect(sentChars).toBeLessThan(21_000);
  },
);

test('maxResultChars is the limit of a thrown text too', async () => {
  const broken = build(() => fail(new Error(long)), { maxResultChars: 500 });
  expect((await answerOn([broken], 'build', '{}')).sentChars).toBeLessThan(1_000);
});

test('a check of the schema that throws a long text is cut', async () => {
  const parameters = z.object({ a: z.string().refine(() => fail(new Error(long))) });
  const checked = tool({ name: 'build', description: 'A tool.', parameters, execute: () => 'ok' });
  const { status, sentChars } = await answerOn([checked], 'build', '{"a":"b"}');
  expect(status).toBe('invalid-arguments');
  expect(sentChars).toBeLessThan(1_000);
});

test('a long name that no tool has is cut', async () => {
  const { status, sentChars } = await answerOn([build(() => 'ok')], 'x'.repeat(50_000), '{}');
  expect(status).toBe('unknown-tool');
  expect(sentChars).toBeLessThan(1_000);
});

test('a long text that a function of the program throws is short in the error, and whole in its cause', async () => {
  const model = openaiCompatible({
    baseURL: 'http://127.0.0.1:1/v1',
    model: 'm',
    profile: 'qwen-3',
  });
  const instructions = () => fail(new Error(long));
  const error: unknown = await new Agent({ name: 'guide', model, instructions }).run('Go.').then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ code: 'run_failed', cause: { message: long } });
  expect((error as Error).message.length).toBeLessThan(2_100);
});

test('of hundreds of tools, the result of an unknown call names the similar one and some others', async () => {
  const tools = Array.from({ length: 300 }, (_, number) =>
    tool({
      name: `server_with_a_long_name_${number}`,
      description: 'A tool.',
      parameters: z.object({}),
      execute: () => 'ok',
    }),
  );
  const { text, sentChars } = await answerOn(tools, 'server_with_a_long_name299', '{}');
  expect(text).toContain('"server_with_a_long_name_299"');
  expect(sentChars).toBeLessThan(2_000);
});

function fail(thrown: unknown): never {
  throw thrown;
}
