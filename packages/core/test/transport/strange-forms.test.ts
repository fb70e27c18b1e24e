import { describe, expect, test } from '@jest/globals';
import { chunk, done, event, streamsPieces } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];
const answer: ServerReply = { message: { content: 'Read.' } };
const readA = wireCall('read_file', { path: 'a' });

describe.each(modes)('a finish reason in unusual words (streamed: $streamed)', (mode) => {
  const replyWith = (finish: string): ServerReply => ({
    message: { content: 'Half of it', tool_calls: [readA] },
    finish,
  });

  test.each([
    'rate_limit_exceeded',
    'RateLimitReached',
    'quota_exceeded',
    'deadline_exceeded',
    'MAX_TIME_EXCEEDED',
    'throttled',
    'worker_died',
    'request_dropped',
    'evicted',
    'ended_by_user',
    'client_disconnected',
    'worker_restart',
    'abnormal_termination',
    'nan_detected',
    'halted',
    '503',
  ])('%s is an error: the call does not run, and the request is sent again', async (finish) => {
    const end = await runOnRawServer([replyWith(finish), answer], mode);
    expect(end).toMatchObject({ status: 'completed', output: 'Read.', executed: [] });
    expect(end.requests).toHaveLength(2);
  });

  test.each([
    'partial',
    'unfinished',
    'repetition_detected',
    'kLength',
    'MaxNewTokens',
    'budget_reached',
    'reply_too_long',
    'ctx_full',
    'truncate',
  ])('%s means that the reply was cut off: the call does not run', async (finish) => {
    const { executed, output } = await runOnRawServer([replyWith(finish), answer], mode);
    expect({ executed, output }).toEqual({ executed: [], output: 'Read.' });
  });

  test.each([
    'guardrail_intervened',
    'POLICY_VIOLATION',
    'flaggedByModeration',
    'content-filter-hit',
    'output_denied',
    'NSFW',
  ])('%s is a filter: nothing of the reply is used', async (finish) => {
    const end = await runOnRawServer([replyWith(finish), answer], mode);
    expect(end).toMatchObject({ output: 'Read.', executed: [], fixes: [{ kind: 'asked-again' }] });
  });
});

describe('a second finish reason of a stream', () => {
  test.each([
    ['length', 'stop'],
    ['length', 'tool_calls'],
    ['max_tokens', 'because'],
    ['content_filter', 'tool_calls'],
    ['stop', 'content_filter'],
    ['tool_calls', 'length'],
  ])('%s and then %s: the call does not run', async (first, second) => {
    const reply = streamsPieces(
      chunk({ tool_calls: [{ index: 0, ...readA }] }),
      chunk({}, first) + chunk({}, second) + done,
    );
    const { executed, output } = await runOnRawServer([reply, answer], { streamed: true });
    expect({ executed, output }).toEqual({ executed: [], output: 'Read.' });
  });

  test.each([
    ['stop', 'tool_calls'],
    ['tool_calls', 'stop'],
    ['', 'tool_calls'],
    ['tool_calls', ''],
  ])('%s and then %s: the call runs', async (first, second) => {
    const reply = streamsPieces(
      chunk({ tool_calls: [{ index: 0, ...readA }] }),
      chunk({}, first) + chunk({}, second) + done,
    );
    const { executed } = await runOnRawServer([reply, answer], { streamed: true });
    expect(executed).toEqual(['read_file a']);
  });
});

describe.each(modes)('an entry that is not a call (streamed: $streamed)', (mode) => {
  const text = 'It has three lines.';

  test.each<[string, object]>([
    ['an object with spaces as arguments', { tool_calls: [wireCall('', '{ }')] }],
    ['a list as arguments', { tool_calls: [wireCall('', '[ ]')] }],
    ['None', { tool_calls: [wireCall('None', 'None')] }],
    ['null as text', { tool_calls: [wireCall('null', 'null')] }],
    ['a type only', { tool_calls: [{ type: 'function' }] }],
    [
      'false and 0 as arguments',
      {
        tool_calls: [
          { function: { name: '', arguments: false } },
          { function: { name: null, arguments: 0 } },
        ],
      },
    ],
    ['a list in the list', { tool_calls: [[{}, null]] }],
    ['a list of lists as text', { tool_calls: '[[]]' }],
    ['null as text in place of the list', { tool_calls: 'null' }],
    ['a legacy call in a list', { function_call: [{ name: '', arguments: '' }] }],
    ['both forms', { tool_calls: [{}], function_call: { name: '', arguments: '' } }],
    ['a word', { tool_calls: ['none'] }],
  ])('%s: the text next to it is the answer', async (_name, fields) => {
    const end = await runOnRawServer([{ message: { content: text, ...fields } }], mode);
    expect(end).toMatchObject({ status: 'completed', output: text, executed: [] });
    expect(end.requests).toHaveLength(1);
  });

  test.each<[string, object]>([
    ['an empty text', { tool_calls: '' }],
    ['false', { tool_calls: false, function_call: false }],
    ['an empty list as text', { tool_calls: '[]' }],
  ])('%s is not an entry, so no fix reports it', async (_name, fields) => {
    const end = await runOnRawServer([{ message: { content: text, ...fields } }], mode);
    expect(end).toMatchObject({ output: text, fixes: [] });
  });
});

describe.each(modes)('a call in an unusual form (streamed: $streamed)', (mode) => {
  const one = { name: 'read_file', arguments: '{"path":"a"}' };

  test.each<[string, object]>([
    ['fields without `function`', { tool_calls: [{ id: 'x', ...one }] }],
    [
      'the name as `function`',
      { tool_calls: [{ function: 'read_file', arguments: { path: 'a' } }] },
    ],
    [
      '`parameters`',
      { tool_calls: [{ function: { name: 'read_file', parameters: { path: 'a' } } }] },
    ],
    [
      '`input`',
      { tool_calls: [{ type: 'tool_use', id: 'x', name: 'read_file', input: { path: 'a' } }] },
    ],
    ['`args`', { tool_calls: [{ name: 'read_file', args: '{"path":"a"}' }] }],
    ['the list as text', { tool_calls: JSON.stringify([{ id: 'x', function: one }]) }],
    ['entries as text', { tool_calls: [JSON.stringify({ id: 'x', function: one })] }],
    ['a list in the list', { tool_calls: [[{ id: 'x', function: one }]] }],
    ['one object in place of the list', { tool_calls: { id: 'x', function: one } }],
    ['a number as the id', { tool_calls: [{ id: 7, function: one }] }],
    ['the legacy form', { function_call: one }],
    [
      'the legacy form with an object',
      { function_call: { name: 'read_file', arguments: { path: 'a' } } },
    ],
    [
      'arguments that are text in text',
      { tool_calls: [wireCall('read_file', JSON.stringify('{"path":"a"}'))] },
    ],
  ])('%s: it runs once', async (_name, fields) => {
    const reply = { message: { content: null, ...fields }, finish: 'tool_calls' };
    const end = await runOnRawServer([reply, answer], mode);
    expect(end).toMatchObject({ output: 'Read.', executed: ['read_file a'] });
    expect(end.requests).toHaveLength(2);
  });

  test.each<[string, readonly object[]]>([
    [
      'numbers as ids',
      [
        { ...readA, id: 1 },
        { ...wireCall('list_files', {}), id: 2 },
      ],
    ],
    [
      'ids of several kinds',
      [
        { ...readA, id: null },
        { ...wireCall('list_files', {}), id: 'y' },
      ],
    ],
    [
      'one without an id',
      [
        { ...readA, id: 'x' },
        { ...wireCall('list_files', {}), id: undefined },
      ],
    ],
    [
      'indices that skip',
      [
        { ...readA, index: 3 },
        { ...wireCall('list_files', {}), index: 9 },
      ],
    ],
    [
      'indices as text',
      [
        { ...readA, index: '0' },
        { ...wireCall('list_files', {}), index: '1' },
      ],
    ],
  ])('two calls with %s both run', async (_name, tool_calls) => {
    const reply = { message: { content: null, tool_calls }, finish: 'tool_calls' };
    const { executed } = await runOnRawServer([reply, answer], mode);
    expect(executed.toSorted()).toEqual(['list_files', 'read_file a']);
  });
});

describe('pieces of two calls that alternate', () => {
  const piece = (id: object, text: string, name?: string) =>
    chunk({ tool_calls: [{ ...id, function: { ...(name && { name }), arguments: text } }] });

  test.each<[string, object, object]>([
    ['by index', { index: 0 }, { index: 1 }],
    ['by index as text', { index: '0' }, { index: '1' }],
    ['by id', { id: 'x' }, { id: 'y' }],
    ['by a number as id', { id: 1 }, { id: 2 }],
    ['by both', { index: 0, id: 'x' }, { index: 1, id: 'y' }],
    ['by id within one index', { index: 0, id: 'x' }, { index: 0, id: 'y' }],
    ['by index with one id', { index: 0, id: 'x' }, { index: 1, id: 'x' }],
  ])('%s are put together', async (_name, one, other) => {
    const reply = streamsPieces(
      piece(one, '', 'read_file'),
      piece(other, '', 'read_file'),
      ...['{"pa', 'th":', '"'].flatMap((text) => [piece(one, text), piece(other, text)]),
      piece(one, 'a"}'),
      piece(other, 'b"}') + chunk({}, 'tool_calls') + done,
    );
    const { executed } = await runOnRawServer([reply, answer], { streamed: true });
    expect(executed.toSorted()).toEqual(['read_file a', 'read_file b']);
  });
});

describe.each(modes)('thoughts in several forms (streamed: $streamed)', (mode) => {
  const call = '[read_file(path="b")]';

  test.each<[string, object, string, string]>([
    [
      'two tags',
      { content: `<think>One ${call}</think><thinking>Two</thinking>Four.` },
      `One ${call}\n\nTwo`,
      'Four.',
    ],
    [
      'tags of two families',
      { content: `[THINK]One[/THINK]\n◁think▷Two◁/think▷\nFour.` },
      'One\n\nTwo',
      'Four.',
    ],
    [
      'an empty one first',
      { content: `<think></think><think>${call}</think>Four.` },
      call,
      'Four.',
    ],
    [
      'a field and a tag',
      { reasoning_content: 'One', content: `<think>Two ${call}</think>Four.` },
      `One\n\nTwo ${call}`,
      'Four.',
    ],
    [
      'a closing tag only, after a field',
      { reasoning: 'One', content: `Two ${call}\n</think>\nFour.` },
      `One\n\nTwo ${call}`,
      'Four.',
    ],
    [
      'a thought and an answer in capitals',
      { content: '<Thought>\nOne\n</Thought>\n<Output>\nFour.\n</Output>' },
      'One',
      'Four.',
    ],
    ['tags of Apertus', { content: '<|inner_prefix|>One<|inner_suffix|>Four.' }, 'One', 'Four.'],
    [
      'parts as content',
      {
        content: [
          { type: 'text', text: '<think>One' },
          { type: 'text', text: '</think>Four.' },
        ],
      },
      'One',
      'Four.',
    ],
  ])(
    '%s are reasoning, and a call in them does not run',
    async (_name, message, reasoning, output) => {
      const end = await runOnRawServer([{ message: message as ServerReply['message'] }], mode);
      expect(end).toMatchObject({ status: 'completed', executed: [] });
      expect(String(end.output).trim()).toBe(output);
      expect(end.turns).toMatchObject([{ reasoning }]);
      if (mode.streamed) expect(end.streamedText.trim()).toBe(output);
    },
  );
});

describe.each(modes)('token counts in unusual forms (streamed: $streamed)', (mode) => {
  test.each<[string, unknown]>([
    ['a list', [20, 5]],
    ['text', '20'],
    ['a number', 20],
    ['objects as counts', { prompt_tokens: { value: 20 }, completion_tokens: [5] }],
    ['-0 and 1e-9', { prompt_tokens: -0, completion_tokens: 1e-9 }],
    ['below every integer', { prompt_tokens: -(2 ** 60), completion_tokens: -1e308 }],
    ['more than any server has', { prompt_tokens: 99_000_000, completion_tokens: 98_000_000 }],
    [
      'an absurd cached count',
      { prompt_tokens: 20, completion_tokens: 5, prompt_tokens_details: { cached_tokens: '1e99' } },
    ],
    ['absurd details', { prompt_tokens: 20, completion_tokens: 5, prompt_tokens_details: [[]] }],
    ['hexadecimal text', { prompt_tokens: '0x7fffffff', completion_tokens: '5 tokens' }],
  ])('%s neither end the run nor enter its sums', async (_name, usage) => {
    const limits = {
      maxTotalTokens: 50_000,
      maxCost: 1,
      prices: { 'qwen-3': { input: 1, output: 1 } },
    };
    const call = { message: { content: null, tool_calls: [readA] }, finish: 'tool_calls', usage };
    const end = await runOnRawServer([call, { ...answer, usage }], { ...mode, agent: { limits } });
    expect(end).toMatchObject({ status: 'completed', output: 'Read.', executed: ['read_file a'] });
    const { inputTokens, outputTokens, cachedInputTokens } = end.usage as Record<string, number>;
    for (const count of [inputTokens, outputTokens, cachedInputTokens]) {
      expect(count).toBeGreaterThanOrEqual(0);
      expect(count).toBeLessThanOrEqual(50);
    }
  });
});

describe('a stream that starts again', () => {
  const head = chunk({ role: 'assistant' });
  const half = chunk({ tool_calls: [{ index: 0, ...readA }] });

  test.each<[string, readonly string[]]>([
    ['after a whole call', [head, half]],
    [
      'after half of a call',
      [head, chunk({ tool_calls: [{ index: 0, ...wireCall('read_file', '{"path":"a') }] })],
    ],
    ['after a thought', [head, chunk({ content: '<think>I read it.' })]],
    [
      'after reasoning and text',
      [head, chunk({ reasoning_content: 'Hm' }), chunk({ content: 'It ' })],
    ],
    [
      'after an error in the stream',
      [half, event({ error: { message: 'worker lost', code: 503 } })],
    ],
  ])('%s gives the calls and the text of the second reply once', async (_name, pieces) => {
    const second = streamsPieces(
      head,
      chunk({ tool_calls: [{ index: 0, ...wireCall('read_file', { path: 'b' }) }] }),
      chunk({}, 'tool_calls') + done,
    );
    const end = await runOnRawServer([streamsPieces(...pieces), second, answer], {
      streamed: true,
    });
    expect(end).toMatchObject({ status: 'completed', output: 'Read.', streamedText: 'Read.' });
    expect(end.executed).toEqual(['read_file b']);
    expect(end.turns).toHaveLength(2);
  });
});
