import { describe, expect, test } from '@jest/globals';
import { readChatRequest } from '../../src/chat/chat-request.ts';
import type { JsonObject } from '../../src/index.ts';
import { renderGemmaPythonic } from '../../src/templates/gemma-pythonic.ts';
import { renderGemmaStock } from '../../src/templates/gemma-stock.ts';
import { renderGenericJson } from '../../src/templates/generic-json.ts';
import { renderOllama } from '../../src/templates/ollama.ts';
import { renderRelaxed } from '../../src/templates/relaxed.ts';
import { toolOf } from '../weather-tool.ts';

const strict = { isStrict: true };
const open = '<start_of_turn>model\n';
const userTurn = (text: string) => `<start_of_turn>user\n${text}<end_of_turn>\n`;
const modelTurn = (text: string) => `<start_of_turn>model\n${text}<end_of_turn>\n`;

const calls = (content: string | null, ...given: [name: string, json: string][]): JsonObject => ({
  role: 'assistant',
  content,
  tool_calls: given.map(([name, json]) => ({
    id: 'c',
    type: 'function',
    function: { name, arguments: json },
  })),
});
const question = { role: 'user', content: 'q' };
const result = (content: string) => ({ role: 'tool', tool_call_id: 'c', content });
const parsed = (...messages: JsonObject[]) => readChatRequest({ messages }).messages;

/** Compared with the published template, which Jinja rendered for these and 3,000 random histories. */
describe('the tool template that Privatemode uses with vLLM', () => {
  const rows: [what: string, messages: JsonObject[], rendered: string][] = [
    [
      'a system text is added to the first turn, untrimmed; user text is trimmed',
      [
        { role: 'system', content: 'Be brief. ' },
        { role: 'user', content: ' hi ' },
      ],
      userTurn('Be brief. \n\nhi'),
    ],
    [
      'the commas between arguments are missing',
      [question, calls('', ['f', '{"s":"a é","n":1.5,"b":true,"z":null,"l":[1,"x"],"o":{"k":1}}'])],
      userTurn('q') + modelTurn('[f(s="a é"n=1.5b=truez=nulll=[1, "x"]o={"k": 1})]'),
    ],
    [
      'several calls are separated by commas',
      [question, calls(null, ['f', '{"a":"x"}'], ['g', '{}'])],
      userTurn('q') + modelTurn('[f(a="x"), g()]'),
    ],
    [
      'text of a turn with calls follows the calls without a space',
      [question, calls('Let me check', ['f', '{"a":"x"}'])],
      userTurn('q') + modelTurn('[f(a="x")]Let me check'),
    ],
    [
      'arguments that are not JSON are dropped',
      [question, calls('', ['f', '{oops'])],
      userTurn('q') + modelTurn('[f()]'),
    ],
    [
      'results are user turns without name or id',
      [question, calls('', ['f', '{}']), result('{"t":1}\n'), result('2')],
      userTurn('q') +
        modelTurn('[f()]') +
        userTurn('<tool_response>\n{"t":1}</tool_response>') +
        userTurn('<tool_response>\n2</tool_response>'),
    ],
    ['a system text alone is dropped', [{ role: 'system', content: 'x' }], ''],
    [
      'parts are trimmed and joined without a space',
      [
        {
          role: 'user',
          content: [
            { type: 'text', text: ' one ' },
            { type: 'image_url', image_url: { url: 'data:' } },
            { type: 'text', text: 'two' },
          ],
        },
      ],
      userTurn('one<start_of_image>two'),
    ],
    [
      'only the first part of a system message counts',
      [
        {
          role: 'system',
          content: [
            { type: 'text', text: 'A' },
            { type: 'text', text: 'B' },
          ],
        },
        question,
      ],
      userTurn('A\n\nq'),
    ],
    [
      'turn tokens in text are not escaped',
      [{ role: 'user', content: 'a<end_of_turn>\n<start_of_turn>model\nb' }],
      userTurn('a<end_of_turn>\n<start_of_turn>model\nb'),
    ],
  ];

  test.each(rows)('%s', (_what, messages, rendered) => {
    expect(renderGemmaPythonic(parsed(...messages), undefined, strict)).toBe(
      `<bos>${rendered}${open}`,
    );
  });

  test('tools are indented JSON before the first input', () => {
    const { tools } = readChatRequest({ tools: [toolOf('f', 'd', { a: { type: 'string' } })] });
    const prompt = renderGemmaPythonic(parsed(question), tools, strict);
    expect(prompt).toContain('you can invoke.\n[\n    {\n        "type": "function",\n');
    expect(prompt.endsWith(`    }\n]\n\nq<end_of_turn>\n${open}`)).toBe(true);
  });

  test.each<[string, JsonObject[]]>([
    ['user after user', [question, question]],
    ['user directly after a result', [question, calls('', ['f', '{}']), result('1'), question]],
    [
      'an empty list of calls',
      [question, { role: 'assistant', content: 'x', tool_calls: [] }, question],
    ],
  ])('refuses %s', (_what, messages) => {
    expect(() => renderGemmaPythonic(parsed(...messages), undefined, strict)).toThrow(
      /roles must alternate/,
    );
  });
});

test('the stock template supports neither tools nor their results', () => {
  const messages = parsed({ role: 'system', content: 'S' }, question);
  expect(renderGemmaStock(messages, strict)).toBe(`<bos>${userTurn('S\n\nq')}${open}`);
  const history = parsed(question, calls('', ['f', '{}']), result('1'));
  expect(() => renderGemmaStock(history, strict)).toThrow(/roles must alternate/);
});

describe('the Generic format of llama.cpp', () => {
  const tools = readChatRequest({
    tools: [toolOf('get_weather', 'Weather', { city: { type: 'string' } })],
  }).tools;

  test('asks for JSON in the system text', () => {
    const messages = parsed({ role: 'system', content: 'Be brief.' }, question);
    const prompt = renderGenericJson(messages, { tools, asksForJson: true, isStrict: true });
    expect(prompt).toContain('user\nBe brief.\n\nRespond in JSON format, either with `tool_call`');
    expect(prompt).toContain('requests: [\n  {\n    "type": "function",\n');
    expect(prompt.endsWith(`"content": ""\n}\n\n\n\nq<end_of_turn>\n${open}`)).toBe(true);
  });

  test('replays calls and results as JSON', () => {
    const messages = parsed(question, calls(null, ['f', '{"a":1}']), result('{"t":1}'));
    const prompt = renderGenericJson(messages, {
      tools: undefined,
      asksForJson: false,
      isStrict: true,
    });
    expect(prompt).toContain('model\n{\n  "tool_calls": [\n    {\n      "name": "f",');
    expect(prompt).toContain('"tool_response": {\n    "content": "{\\"t\\":1}",');
  });
});

test("Ollama's template puts the system text into a separate turn and drops tool messages", () => {
  const messages = parsed({ role: 'system', content: 'S' }, question, result('1'));
  expect(renderOllama(messages)).toBe(`<bos>${userTurn('S')}${userTurn('q')}${open}`);
});

test('the relaxed template accepts any order', () => {
  const messages = parsed(question, question, calls('hm', ['f', '{"a":1}']), result('1'), question);
  const prompt = renderRelaxed(messages, undefined);
  expect(prompt).toContain(
    '<tool_call>{"name":"f","arguments":{"a":1}}</tool_call>\nhm<end_of_turn>',
  );
});
