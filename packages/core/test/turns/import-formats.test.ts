import { describe, expect, test } from '@jest/globals';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { describeTurns } from '../support/describe-turns.ts';
import { tinyPng } from '../support/tiny-image.ts';

const base64 = Buffer.from(tinyPng).toString('base64');
const dataUrl = `data:image/png;base64,${base64}`;

function imported(messages: readonly unknown[]) {
  const { transcript, changes } = Transcript.repair(messages, { blobs: memoryBlobStore() });
  return { lines: describeTurns(transcript.turns), changes: changes.map(({ kind }) => kind) };
}

describe('OpenAI messages', () => {
  test('reasoning parts and fields are reasoning, a refusal is text', () => {
    const { lines } = imported([
      { role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'A greeting.' },
          { type: 'text', text: 'Hello' },
        ],
      },
      { role: 'user', content: 'Again' },
      { role: 'assistant', content: 'Hello!', reasoning_content: 'Once more.' },
      { role: 'user', content: 'Help me cheat.' },
      { role: 'assistant', content: null, refusal: 'I will not.' },
      { role: 'user', content: 'Please.' },
      { role: 'assistant', content: [{ type: 'refusal', refusal: 'No.' }] },
    ]);
    expect(lines).toEqual([
      'user: Hi',
      'thought: A greeting.',
      'text: Hello',
      'user: Again',
      'thought: Once more.',
      'text: Hello!',
      'user: Help me cheat.',
      'text: I will not.',
      'user: Please.',
      'text: No.',
    ]);
  });

  test.each([
    ['<think>A greeting.</think>\n\nHello', ['thought: A greeting.', 'text: Hello']],
    ['\n<thinking>\nOne\ntwo.\n</thinking>Hello', ['thought: One\ntwo.', 'text: Hello']],
    [[{ type: 'text', text: '<think>Short.</think>Hello' }], ['thought: Short.', 'text: Hello']],
    ['<think></think>Hello', ['text: Hello']],
    ['Write <think>x</think> like this.', ['text: Write <think>x</think> like this.']],
    ['<think>It has no end.', ['text: <think>It has no end.']],
  ])('a thought in tags at the start of an answer is reasoning: %j', (content, expected) => {
    const question = { role: 'user', content: 'Hi' };
    const { lines } = imported([question, { role: 'assistant', content }]);
    expect(lines).toEqual(['user: Hi', ...expected]);
  });

  test('the details of OpenRouter are reasoning, without their encrypted entries', () => {
    const details = [
      { type: 'reasoning.summary', summary: 'A greeting. ' },
      { type: 'reasoning.encrypted', data: 'gAAAA' },
      { type: 'reasoning.text', text: 'Be kind.' },
    ];
    const answer = { role: 'assistant', content: 'Hello', reasoning_details: details };
    expect(imported([{ role: 'user', content: 'Hi' }, answer]).lines).toEqual([
      'user: Hi',
      'thought: A greeting. Be kind.',
      'text: Hello',
    ]);
  });

  test.each([{}, null, { index: 0, function: { name: '', arguments: '' } }, { function: null }])(
    'an entry of the calls that is a placeholder is not a call: %j',
    (entry) => {
      const answer = { role: 'assistant', content: 'Hello', tool_calls: [entry] };
      expect(imported([{ role: 'user', content: 'Hi' }, answer])).toEqual({
        lines: ['user: Hi', 'text: Hello'],
        changes: ['dropped-empty'],
      });
    },
  );

  test('an entry with arguments but without a name is refused', () => {
    const calls = [{ function: { arguments: '{"n":1}' } }];
    const messages = [{ role: 'assistant', content: null, tool_calls: calls }];
    expect(() => Transcript.repair(messages)).toThrow('a call has no function name');
  });

  test.each([
    [{ celsius: 4 }, '{"celsius":4}'],
    [4, '4'],
    [false, 'false'],
  ])('a result that is a value and not a text is JSON: %j', (content, text) => {
    const call = { id: 'a', function: { name: 'f', arguments: '{}' } };
    const { lines } = imported([
      { role: 'user', content: 'Go' },
      { role: 'assistant', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'a', content },
    ]);
    expect(lines.at(-1)).toBe(`f ok: ${text}`);
  });

  test('arguments that were encoded twice are decoded, and listed', () => {
    const call = { id: 'a', function: { name: 'f', arguments: JSON.stringify('{"n":1}') } };
    expect(
      imported([
        { role: 'user', content: 'Go' },
        { role: 'assistant', tool_calls: [call] },
        { role: 'tool', tool_call_id: 'a', content: 'ok' },
      ]),
    ).toEqual({
      lines: ['user: Go', 'call f {"n":1}', 'f ok: ok'],
      changes: ['decoded-arguments'],
    });
  });

  test('files and audio are replaced by a text, and listed', () => {
    const { lines, changes } = imported([
      {
        role: 'user',
        content: [
          { type: 'text', text: 'See:' },
          {
            type: 'file',
            file: { filename: 'plan.pdf', file_data: 'data:application/pdf;base64,AA==' },
          },
          { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
        ],
      },
    ]);
    expect(lines).toEqual(['user: See: | [file plan.pdf] | [file audio]']);
    expect(changes).toEqual(['replaced-file', 'replaced-file']);
  });

  test('items of the Responses API are read', () => {
    const { lines, changes } = imported([
      { role: 'user', content: 'Weather in Bern?' },
      { type: 'reasoning', id: 'r', summary: [{ type: 'summary_text', text: 'I need a tool.' }] },
      { type: 'function_call', call_id: 'c', name: 'look', arguments: '{"city":"Bern"}' },
      { type: 'function_call_output', call_id: 'c', output: '4 degrees' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Cold.' }] },
    ]);
    expect(lines).toEqual([
      'user: Weather in Bern?',
      'thought: I need a tool.',
      'call look {"city":"Bern"}',
      'look ok: 4 degrees',
      'text: Cold.',
    ]);
    expect(changes).toEqual([]);
  });
});

describe('AI SDK messages', () => {
  test('model messages with calls, results and images are read', () => {
    const { lines, changes } = imported([
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is it?' },
          { type: 'image', image: tinyPng },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'reasoning', text: 'Two tools.' },
          { type: 'tool-call', toolCallId: 'a', toolName: 'scan', input: { deep: true } },
          { type: 'tool-call', toolCallId: 'b', toolName: 'crop', input: {} },
        ],
      },
      {
        role: 'tool',
        content: [
          {
            type: 'tool-result',
            toolCallId: 'a',
            toolName: 'scan',
            output: { type: 'json', value: { dots: 1 } },
          },
          {
            type: 'tool-result',
            toolCallId: 'b',
            toolName: 'crop',
            output: { type: 'error-text', value: 'Too small.' },
          },
        ],
      },
      { role: 'assistant', content: 'A dot.' },
    ]);
    expect(lines).toEqual([
      'user: What is it? | <image/png>',
      'thought: Two tools.',
      'call scan {"deep":true}',
      'call crop {}',
      'scan ok: {"dots":1}',
      'crop error: Too small.',
      'text: A dot.',
    ]);
    expect(changes).toEqual(['folded-system']);
  });

  test.each<[string, unknown, string]>([
    ['text', { type: 'text', value: 'done' }, 'f ok: done'],
    ['an error as JSON', { type: 'error-json', value: { code: 5 } }, 'f error: {"code":5}'],
    ['a denial', { type: 'execution-denied', reason: 'Not today.' }, 'f denied: Not today.'],
    [
      'content',
      {
        type: 'content',
        value: [
          { type: 'text', text: 'a dot' },
          { type: 'media', data: base64, mediaType: 'image/png' },
        ],
      },
      'f ok: a dot | <image/png>',
    ],
  ])('the output of a result may be %s', (_, output, line) => {
    const call = { type: 'tool-call', toolCallId: 'a', toolName: 'f', input: '{}' };
    const result = { type: 'tool-result', toolCallId: 'a', toolName: 'f', output };
    const { lines } = imported([
      { role: 'user', content: 'Go' },
      { role: 'assistant', content: [call] },
      { role: 'tool', content: [result] },
    ]);
    expect(lines.at(-1)).toBe(line);
  });

  test('UI messages with steps, tools, reasoning and files are read', () => {
    const { lines, changes } = imported([
      {
        id: '1',
        role: 'user',
        parts: [
          { type: 'text', text: 'Compare.' },
          { type: 'file', mediaType: 'image/png', url: dataUrl },
          {
            type: 'file',
            mediaType: 'text/csv',
            filename: 'a.csv',
            url: 'data:text/csv;base64,YQ==',
          },
        ],
      },
      {
        id: '2',
        role: 'assistant',
        parts: [
          { type: 'step-start' },
          { type: 'reasoning', text: 'Both at once.' },
          { type: 'text', text: 'I look.' },
          {
            type: 'tool-look',
            toolCallId: 'a',
            state: 'output-available',
            input: { n: 1 },
            output: { ok: true },
          },
          {
            type: 'dynamic-tool',
            toolName: 'scan',
            toolCallId: 'b',
            state: 'output-error',
            input: {},
            errorText: 'No.',
          },
          { type: 'step-start' },
          { type: 'tool-pay', toolCallId: 'c', state: 'approval-requested', input: { sum: 5 } },
          { type: 'source-url', sourceId: 's', url: 'https://example.org' },
          { type: 'data-chart', data: [1] },
          { type: 'text', text: 'They differ.' },
        ],
      },
    ]);
    expect(lines).toEqual([
      'user: Compare. | <image/png> | [file a.csv]',
      'thought: Both at once.\n\nI look.',
      'call look {"n":1}',
      'call scan {}',
      'look ok: {"ok":true}',
      'scan error: No.',
      'call pay {"sum":5}',
      'pay cancelled: The history has no result for this call.',
      'text: They differ.',
    ]);
    expect(changes.toSorted()).toEqual([
      'answered-call',
      'dropped-part',
      'dropped-part',
      'replaced-file',
      'split-text',
    ]);
  });

  test('a tool of a UI message may be named "call" or "result"', () => {
    const part = (type: string, id: string) => ({
      type,
      toolCallId: id,
      state: 'output-available',
      input: {},
      output: 'x',
    });
    const parts = [part('tool-call', 'a'), part('tool-result', 'b')];
    const { lines } = imported([
      { role: 'user', parts: [{ type: 'text', text: 'Go' }] },
      { role: 'assistant', parts },
    ]);
    expect(lines).toEqual([
      'user: Go',
      'call call {}',
      'call result {}',
      'call ok: x',
      'result ok: x',
    ]);
  });

  test('tool invocations of version 4 are read', () => {
    const invocation = {
      state: 'result',
      toolCallId: 'a',
      toolName: 'look',
      args: { n: 1 },
      result: 'seen',
    };
    const lines = ['user: Go', 'call look {"n":1}', 'look ok: seen', 'text: Done.'];
    const go = { role: 'user', content: 'Go' };
    const inParts = [
      { type: 'tool-invocation', toolInvocation: invocation },
      { type: 'text', text: 'Done.' },
    ];
    expect(imported([go, { role: 'assistant', content: 'Done.', parts: inParts }]).lines).toEqual(
      lines,
    );
    const outside = { role: 'assistant', content: '', toolInvocations: [invocation] };
    expect(imported([go, outside, { role: 'assistant', content: 'Done.' }]).lines).toEqual(lines);
  });
});

describe('Anthropic messages', () => {
  test('tool_use, tool_result, thinking and images are read', () => {
    const { lines, changes } = imported([
      {
        role: 'user',
        content: [
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
          { type: 'text', text: 'Read it.' },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: 'Two pages.', signature: 'abc' },
          { type: 'tool_use', id: 'a', name: 'read', input: { page: 1 } },
          { type: 'tool_use', id: 'b', name: 'read', input: { page: 2 } },
        ],
      },
      {
        role: 'user',
        content: [
          { type: 'tool_result', tool_use_id: 'b', content: [{ type: 'text', text: 'two' }] },
          { type: 'tool_result', tool_use_id: 'a', content: 'torn', is_error: true },
          { type: 'text', text: 'Hurry.' },
        ],
      },
      { role: 'assistant', content: [{ type: 'text', text: 'It says two.' }] },
    ]);
    expect(lines).toEqual([
      'user: <image/png> | Read it.',
      'thought: Two pages.',
      'call read {"page":1}',
      'call read {"page":2}',
      'read error: torn',
      'read ok: two',
      'input: Hurry.',
      'text: It says two.',
    ]);
    expect(changes).toEqual(['joined-input']);
  });

  test('documents and redacted thinking are listed', () => {
    const { lines, changes } = imported([
      {
        role: 'user',
        content: [
          {
            type: 'document',
            title: 'Plan',
            source: { type: 'url', url: 'https://example.org/a.pdf' },
          },
        ],
      },
      {
        role: 'assistant',
        content: [
          { type: 'redacted_thinking', data: 'x' },
          { type: 'text', text: 'Fine.' },
        ],
      },
    ]);
    expect(lines).toEqual(['user: [file Plan]', 'text: Fine.']);
    expect(changes).toEqual(['replaced-file', 'dropped-part']);
  });
});

describe('Ollama messages', () => {
  test('calls without ids, results with tool_name, images and thinking are read', () => {
    const { lines, changes } = imported([
      { role: 'user', content: 'What is on it?', images: [base64] },
      {
        role: 'assistant',
        content: '',
        thinking: 'I need to look.',
        tool_calls: [
          { function: { name: 'scan', arguments: { deep: true } } },
          { function: { name: 'crop', arguments: {} } },
        ],
      },
      { role: 'tool', tool_name: 'crop', content: 'cropped' },
      { role: 'tool', tool_name: 'scan', content: 'a dot' },
      { role: 'assistant', content: 'A dot.' },
    ]);
    expect(lines).toEqual([
      'user: What is on it? | <image/png>',
      'thought: I need to look.',
      'call scan {"deep":true}',
      'call crop {}',
      'scan ok: a dot',
      'crop ok: cropped',
      'text: A dot.',
    ]);
    expect(changes).toEqual([]);
  });
});

describe('Gemini messages', () => {
  test('function calls, responses, thoughts and inline data are read', () => {
    const { lines, changes } = imported([
      {
        role: 'user',
        parts: [{ text: 'And this?' }, { inlineData: { mimeType: 'image/png', data: base64 } }],
      },
      {
        role: 'model',
        parts: [{ text: 'Hm.', thought: true }, { functionCall: { name: 'scan', args: { n: 1 } } }],
      },
      {
        role: 'user',
        parts: [{ functionResponse: { name: 'scan', response: { output: 'a dot' } } }],
      },
      { role: 'model', parts: [{ text: 'A dot.' }] },
      { role: 'user', parts: [{ text: 'Sure?' }] },
      { role: 'model', parts: [{ functionCall: { id: 'x', name: 'scan', args: {} } }] },
      {
        role: 'function',
        parts: [{ functionResponse: { id: 'x', name: 'scan', response: { error: 'off' } } }],
      },
    ]);
    expect(lines).toEqual([
      'user: And this? | <image/png>',
      'thought: Hm.',
      'call scan {"n":1}',
      'scan ok: a dot',
      'text: A dot.',
      'user: Sure?',
      'call scan {}',
      'scan error: off',
    ]);
    expect(changes).toEqual([]);
  });
});

describe('what cannot be read is named', () => {
  test.each<[string, unknown, RegExp]>([
    [
      'an unknown part',
      { role: 'user', content: [{ type: 'hologram', data: 'x' }] },
      /Message 1 .*"hologram"/,
    ],
    ['a part of an unknown form', { role: 'user', parts: [{ poem: 'x' }] }, /keys \["poem"\]/],
    ['a part that is a number', { role: 'user', content: [7] }, /a part is not an object/],
    ['an unknown role', { role: 'narrator', content: 'Once' }, /"narrator"/],
    ['a message without content', { role: 'user', text: 'Hi' }, /"role","text"/],
    ['a message of LangChain', { type: 'human', content: 'Hi' }, /role/],
    ['an unknown item', { type: 'web_search_call', id: 'x' }, /role/],
    ['a call without a name', { role: 'assistant', tool_calls: [{ id: 'a' }] }, /no function name/],
    [
      'a tool_use without a name',
      { role: 'assistant', content: [{ type: 'tool_use', id: 'a' }] },
      /no name/,
    ],
    ['content that is an object', { role: 'user', content: { text: 'Hi' } }, /content/],
  ])('%s', (_, message, problem) => {
    const importing = () => imported([{ role: 'user', content: 'Hi' }, message]);
    expect(importing).toThrow(expect.objectContaining({ code: 'invalid_state' }));
    expect(importing).toThrow(problem);
  });

  test('an image that is broken, without a blob store or on a web page is replaced, and listed', () => {
    const image = (url: string) => ({
      role: 'user',
      content: [{ type: 'image_url', image_url: { url } }],
    });
    const broken = imported([
      image('data:image/png;base64,AAAA'),
      image('https://example.org/a.png'),
    ]);
    expect(broken.changes).toEqual(['replaced-image', 'replaced-image', 'merged-user']);
    expect(broken.lines.at(-1)).toBe('user: [image https://example.org/a.png]');
    expect(Transcript.repair([image(dataUrl)]).changes).toMatchObject([{ kind: 'replaced-image' }]);
  });

  test('reasoning that no message of the assistant follows is listed with its text', () => {
    const thought = { role: 'assistant', content: [{ type: 'thinking', thinking: 'Why?' }] };
    const { changes } = Transcript.repair([
      { role: 'user', content: 'Hi' },
      thought,
      { role: 'user', content: 'Well?' },
    ]);
    expect(changes).toContainEqual({ kind: 'dropped-reasoning', index: 1, detail: 'Why?' });
  });

  test('arguments that are not JSON stay in the call as text', () => {
    const part = { type: 'tool-call', toolCallId: 'a', toolName: 'f', input: [1] };
    const { transcript, changes } = Transcript.repair([
      { role: 'user', content: 'Go' },
      { role: 'assistant', content: [part] },
    ]);
    expect(transcript.turns[1]).toMatchObject({
      calls: [{ arguments: {}, unreadable: { text: '[1]' } }],
    });
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'unreadable-arguments', index: 1 }),
    );
  });
});

test('the objects of the program are not frozen', () => {
  const input = { city: 'Bern' };
  const part = { type: 'tool-call', toolCallId: 'a', toolName: 'f', input };
  Transcript.repair([
    { role: 'user', content: 'Go' },
    { role: 'assistant', content: [part] },
  ]);
  expect(Object.isFrozen(input)).toBe(false);
});
