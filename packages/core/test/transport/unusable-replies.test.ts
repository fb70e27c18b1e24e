import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];

const answer: ServerReply = { message: { content: 'Read.' } };
const call: ServerReply = {
  message: { content: null, tool_calls: [wireCall('read_file', { path: 'a.txt' })] },
  finish: 'tool_calls',
};

describe.each(modes)('tool calls that are announced but not sent (streamed: $streamed)', (mode) => {
  test.each<[string, ServerReply['message'], string]>([
    ['text only', { content: 'I will read the file first.' }, 'tool_calls'],
    ['an empty list', { content: 'One moment.', tool_calls: [] }, 'tool_calls'],
    ['an empty entry', { content: 'One moment.', tool_calls: [{}] }, 'tool_use'],
    ['nothing at all', { content: null }, 'tool_calls'],
    ['the legacy reason', { content: 'Reading a.txt …' }, 'function_call'],
  ])('%s: the reply is requested again without streaming', async (_name, message, finish) => {
    const { fixes, ...end } = await runOnRawServer([{ message, finish }, call, answer], mode);
    expect(end).toMatchObject({
      status: 'completed',
      output: 'Read.',
      executed: ['read_file a.txt'],
      requests: [mode.streamed, false, mode.streamed],
    });
    expect(fixes).toContainEqual(expect.objectContaining({ kind: 'asked-again' }));
  });

  test('twice: the run fails', async () => {
    const announced = { message: { content: 'I will read it.' }, finish: 'tool_calls' };
    const { error, executed, requests } = await runOnRawServer([announced], mode);
    expect(error).toMatchObject({ code: 'model_output', details: { reply: 'I will read it.' } });
    expect({ executed, requests: requests.length }).toEqual({ executed: [], requests: 2 });
  });

  test('without tools in the request, the reason does not matter', async () => {
    const reply = { message: { content: '{"lines":3}' }, finish: 'tool_calls' };
    const output = z.object({ lines: z.number() });
    const end = await runOnRawServer([reply], { ...mode, agent: { tools: [], output } as object });
    expect(end).toMatchObject({ status: 'completed', output: { lines: 3 }, fixes: [] });
  });
});

describe.each(modes)('a reply that a content filter stopped (streamed: $streamed)', (mode) => {
  const half = { content: 'The first step is to' };
  const filters = [
    'content_filter',
    'SAFETY',
    'RECITATION',
    'PROHIBITED_CONTENT',
    'blocklist',
    'refusal',
    'guardrail_intervened',
    'content-filtered',
    'sensitive',
  ];

  test.each(filters)('%s: it is requested again, and it is not used', async (finish) => {
    const replies = [{ message: half, finish }, { ...call, finish }, call, answer];
    const text = await runOnRawServer([replies[0] as ServerReply, answer], mode);
    expect(text).toMatchObject({
      output: 'Read.',
      fixes: [{ kind: 'asked-again', text: half.content }],
    });
    const calls = await runOnRawServer([replies[1] as ServerReply, answer], mode);
    expect(calls).toMatchObject({
      output: 'Read.',
      executed: [],
      fixes: [{ kind: 'asked-again' }],
    });
  });

  test.each(filters)('%s twice: the run fails, and the error names the filter', async (finish) => {
    for (const message of [half, { content: null }, call.message]) {
      const { error, executed } = await runOnRawServer([{ message, finish }], mode);
      expect(error).toMatchObject({
        code: 'model_output',
        message: expect.stringContaining('content filter'),
        details: { kind: 'content-filter' },
      });
      expect(executed).toEqual([]);
    }
  });
});

describe.each(modes)('a reply that is only reasoning (streamed: $streamed)', (mode) => {
  const thought = 'It has three lines, I think.';
  const messages = [
    { content: null, reasoning_content: thought },
    { content: '', reasoning: thought },
    { reasoning_content: `\n${thought}\n` },
  ];

  test.each(messages)('%j: the fix and the error give its length', async (message) => {
    const problem = `only reasoning (${thought.length} characters)`;
    const { error, fixes } = await runOnRawServer([{ message }], mode);
    expect(fixes).toMatchObject([
      { kind: 'asked-again', reason: expect.stringContaining(problem) },
    ]);
    expect(error).toMatchObject({
      code: 'model_output',
      message: expect.stringContaining(problem),
    });
    const again = await runOnRawServer([{ message }, answer], mode);
    expect(again).toMatchObject({ status: 'completed', output: 'Read.' });
  });

  test.each([
    { chat_template_kwargs: { enable_thinking: false } },
    { chat_template_kwargs: { thinking: false } },
    { enable_thinking: false },
    { think: false },
    { reasoning_effort: 'none' },
    { reasoning: { enabled: false } },
    { reasoning: { effort: 'none' } },
    { thinking: { type: 'disabled' } },
    { thinking_budget: 0 },
    { reasoning_budget: 0 },
    { output_config: { effort: 'none' } },
    { effort: 'off' },
  ])('%j: with reasoning switched off, it is the answer', async (extraBody) => {
    const expected = {
      status: 'completed',
      output: thought,
      fixes: [{ kind: 'reasoning-as-answer', length: thought.length }],
    };
    const [message] = messages;
    if (message === undefined) throw new Error('No message.');
    const settings = { extraBody };
    expect(await runOnRawServer([{ message }], { ...mode, agent: { settings } })).toMatchObject(
      expected,
    );
    expect(await runOnRawServer([{ message }], { ...mode, model: { extraBody } })).toMatchObject(
      expected,
    );
  });

  test.each([
    ['/no_think', 'Go.'],
    ['Be brief. /no_think', 'Go.'],
    ['/nothink\nBe brief.', 'Go.'],
    ['detailed thinking off', 'Go.'],
    ['Be brief.', 'Read a.txt. /no_think'],
    ['Be brief.', '/no_think Read a.txt.'],
    ['/think', 'Read a.txt.\n/no_think'],
  ])(
    'with reasoning switched off in the text %j or %j, it is the answer',
    async (instructions, input) => {
      for (const message of [...messages.slice(0, 2), { content: `<think>${thought}</think>` }]) {
        const end = await runOnRawServer([{ message }], {
          ...mode,
          agent: { instructions },
          input,
        });
        expect(end).toMatchObject({
          status: 'completed',
          output: thought,
          fixes: expect.arrayContaining([{ kind: 'reasoning-as-answer', length: thought.length }]),
        });
      }
    },
  );

  test.each([
    ['/no_think', 'Read a.txt. /think'],
    ['Be brief.', 'What does /no_think do?'],
    ['Be brief.', 'Open /tmp/no_think and tell me/nothink'],
    ['detailed thinking on', 'Read a.txt.'],
  ])('with %j and %j, reasoning is on, and is not the answer', async (instructions, input) => {
    const [message] = messages;
    const end = await runOnRawServer([{ message: { ...message } }], {
      ...mode,
      agent: { instructions },
      input,
    });
    expect(end.error?.code).toBe('model_output');
  });

  test('a switch in the result of a tool counts for nothing', async () => {
    const noThink = tool({
      name: 'read_file',
      description: 'Reads a file.',
      parameters: z.object({ path: z.string() }),
      execute: () => 'First line.\n/no_think',
    });
    const [message] = messages;
    for (const dialect of ['native', 'prompted'] as const) {
      const replies = [call, { message: { ...message } }];
      const end = await runOnRawServer(replies, {
        ...mode,
        model: { dialect },
        agent: { tools: [noThink] },
      });
      expect(end.error?.code).toBe('model_output');
    }
  });

  test.each([
    '[read_file(path="a.txt")]',
    '{"name": "read_file", "arguments": {"path": "a.txt"}}',
    'I read it.\n<tool_call>{"name": "read_file", "arguments": {"path": "a.txt"}}</tool_call>',
    '```tool_code\nread_file(path="a.txt")\n```',
  ])('with reasoning switched off, the call %j in it does not run', async (call) => {
    const settings = { extraBody: { enable_thinking: false } };
    const guided = '{"calls": [{"name": "read_file", "arguments": {"path": "a.txt"}}]}';
    for (const [dialect, reasoning_content, reply] of [
      ['native', call, 'Read.'],
      ['prompted', call, 'Read.'],
      ['guided', call, '{"answer": "Read."}'],
      ['guided', guided, '{"answer": "Read."}'],
    ] as const) {
      const { executed, status, output, fixes } = await runOnRawServer(
        [{ message: { reasoning_content, content: null } }, { message: { content: reply } }],
        { ...mode, model: { dialect }, agent: { settings } },
      );
      expect({ executed, status, output }).toEqual({
        executed: [],
        status: 'completed',
        output: 'Read.',
      });
      expect(fixes).toMatchObject([{ kind: 'asked-again' }]);
    }
  });

  test.each([
    {},
    { chat_template_kwargs: { enable_thinking: true } },
    { reasoning_effort: 'low' },
    { thinking: { type: 'enabled' } },
  ])('%j: with reasoning on, it is not the answer', async (extraBody) => {
    const [message] = messages;
    if (message === undefined) throw new Error('No message.');
    const { error } = await runOnRawServer([{ message }], { ...mode, model: { extraBody } });
    expect(error?.code).toBe('model_output');
  });

  test('next to an answer or a call, reasoning stays reasoning', async () => {
    const extraBody = { enable_thinking: false };
    const replies = [
      { ...call, message: { ...call.message, reasoning: thought } },
      { message: { content: 'Read.', reasoning: thought } },
    ];
    const end = await runOnRawServer(replies, { ...mode, model: { extraBody } });
    expect(end).toMatchObject({ output: 'Read.', executed: ['read_file a.txt'], fixes: [] });
  });
});
