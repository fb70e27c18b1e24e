import { describe, expect, test } from '@jest/globals';
import { chunk, done, streamsPieces } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];
const answer: ServerReply = { message: { content: 'Read.' } };
const thought = 'The file is short, so I read all of it.';

describe.each(modes)('reasoning in another form (streamed: $streamed)', (mode) => {
  test.each([
    { thinking: thought },
    { reasoning_text: thought },
    { reasoning: { content: thought } },
    { reasoning_details: [{ type: 'reasoning.text', text: thought }] },
    { thinking_blocks: [{ type: 'thinking', thinking: thought }] },
    { content: [{ type: 'thinking', thinking: [{ type: 'text', text: thought }] }] },
    { content: [{ type: 'reasoning', text: thought }] },
    { content: [{ thought: true, text: thought }] },
  ])('%j is reasoning, and alone it is not an answer', async (message) => {
    const alone = await runOnRawServer([{ message }, answer], mode);
    expect(alone).toMatchObject({ output: 'Read.', requests: [mode.streamed, false] });
    expect(alone.fixes).toMatchObject([
      { kind: 'asked-again', reason: expect.stringContaining(`(${thought.length} characters)`) },
    ]);
    const extraBody = { enable_thinking: false };
    const off = await runOnRawServer([{ message }], { ...mode, model: { extraBody } });
    expect(off).toMatchObject({ status: 'completed', output: thought });
  });

  test.each([
    { chat_template_kwargs: { enable_thinking: 'false' } },
    { chat_template_kwargs: { thinking_mode: 'off' } },
    { google: { thinking_config: { thinking_budget: 0 } } },
    { generationConfig: { thinkingConfig: { thinkingBudget: 0 } } },
    { reasoning: { max_tokens: 0 } },
    { reasoning: 'off' },
    { thinking: { enabled: false } },
    { disable_reasoning: true },
    { options: { think: false } },
  ])('%j switches reasoning off', async (extraBody) => {
    const message = { content: '', reasoning_content: thought };
    const end = await runOnRawServer([{ message }], { ...mode, model: { extraBody } });
    expect(end).toMatchObject({ output: thought, fixes: [{ kind: 'reasoning-as-answer' }] });
  });

  test.each([
    { include_reasoning: false },
    { separate_reasoning: false },
    { reasoning: { exclude: true } },
    { reasoning_format: 'none' },
  ])('%j does not switch reasoning off', async (extraBody) => {
    const message = { content: '', reasoning_content: thought };
    const { error } = await runOnRawServer([{ message }], { ...mode, model: { extraBody } });
    expect(error?.code).toBe('model_output');
  });

  test('a call that is a part of the content is a call', async () => {
    const call = { type: 'tool_use', id: 't1', name: 'read_file', input: { path: 'a.txt' } };
    const message = { content: [{ type: 'text', text: 'I read it.' }, call] };
    const end = await runOnRawServer([{ message, finish: 'tool_use' }, answer], mode);
    expect(end).toMatchObject({ output: 'Read.', executed: ['read_file a.txt'] });
  });

  test.each(['requires_action', 'tool_calls_required'])(
    '%s announces calls: without calls the request is sent again',
    async (finish) => {
      const message = { content: 'I read it now.' };
      const end = await runOnRawServer([{ message, finish }, answer], mode);
      expect(end).toMatchObject({ output: 'Read.', requests: [mode.streamed, false] });
    },
  );
});

const paths = ['a.txt', 'b.txt', 'c.txt'];
const calls = paths.map((path, index) => ({
  index,
  ...wireCall('read_file', { path }, `id-${index}`),
}));
const spaced = paths.map((path, index) => ({
  index,
  ...wireCall('read_file', `{ "path": "${path}" }`, `id-${index}`),
}));
const message = (fields: object) =>
  `data: ${JSON.stringify({ choices: [{ index: 0, message: fields, finish_reason: 'tool_calls' }] })}\n\n`;

describe('a stream that repeats all calls at its end', () => {
  test.each([
    ['in one delta', chunk({ tool_calls: calls }, 'tool_calls')],
    ['with other white space', chunk({ tool_calls: spaced }, 'tool_calls')],
    ['one by one', calls.map((call) => chunk({ tool_calls: [call] })).join('')],
    ['in a message', message({ content: null, tool_calls: calls })],
    [
      'in a message without ids',
      message({ tool_calls: calls.map(({ index: _index, ...call }) => ({ ...call, id: null })) }),
    ],
    ['after the finish reason', chunk({}, 'tool_calls') + chunk({ tool_calls: calls })],
  ])('%s: each runs once', async (_name, end) => {
    const pieces = calls.map((call) => chunk({ tool_calls: [call] }));
    const stream = streamsPieces(...pieces, end + done);
    const { executed } = await runOnRawServer([stream, answer], { streamed: true });
    expect(executed).toEqual(paths.map((path) => `read_file ${path}`));
  });

  test('other arguments with the same id, or the same arguments without an id, are a further call', async () => {
    const [first] = calls;
    for (const more of [
      { index: 0, ...wireCall('read_file', { path: 'd.txt' }, 'id-0') },
      { ...first, id: undefined },
    ]) {
      const stream = streamsPieces(
        chunk({ tool_calls: [first] }),
        chunk({ tool_calls: [more] }, 'tool_calls') + done,
      );
      const { executed } = await runOnRawServer([stream, answer], { streamed: true });
      expect(executed).toHaveLength(2);
    }
  });
});

test('a message at the end of a stream that repeats its text adds nothing', async () => {
  const stream = streamsPieces(
    chunk({ content: 'All ' }),
    chunk({ content: 'read.' }),
    message({ role: 'assistant', content: 'All read.' }).replace('tool_calls', 'stop') + done,
  );
  const end = await runOnRawServer([stream], { streamed: true, agent: { tools: [] } });
  expect(end).toMatchObject({ output: 'All read.', streamedText: 'All read.' });
});

test.each(modes)('a secret in a finish reason is hidden (streamed: $streamed)', async (mode) => {
  const apiKey = 'sk-1234567890-abcdefghij';
  const reply = { message: { content: 'Read.' }, finish: `odd ${apiKey}` };
  const { fixes } = await runOnRawServer([reply], { ...mode, model: { apiKey } });
  expect(fixes).toEqual([{ kind: 'unknown-finish-reason', reason: 'odd ***' }]);
});
