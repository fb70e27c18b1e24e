import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JsonObject, type LocalEndpoint, startLocalEndpoint } from '../src/index.ts';
import { pick, postChat } from './post-chat.ts';
import { weatherTool } from './weather-tool.ts';

let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startLocalEndpoint({ quirks: 'small-model' });
});
afterAll(() => endpoint.close());

const user = (content: string): JsonObject => ({ role: 'user', content });
const call: JsonObject = {
  role: 'assistant',
  content: null,
  tool_calls: [
    {
      id: 'c1',
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Paris"}' },
    },
  ],
};
const result: JsonObject = { role: 'tool', tool_call_id: 'c1', content: '21 degrees' };

async function ask(messages: JsonObject[], extra: JsonObject = {}) {
  const body = { model: 'small-model', messages, tools: [weatherTool], ...extra };
  return pick((await postChat(endpoint.url, body)).body, 'choices', 0, 'message');
}

/** Each further mark changes the form. */
const questions = Array.from(
  { length: 40 },
  (_, marks) => `What is the weather in Paris in C${'?'.repeat(marks)}`,
);

describe('a small model', () => {
  test('writes calls as text, in eight forms, and the server parses none of them', async () => {
    const forms = [
      /^```json\n\{\n {2}"name": "get_weather"/,
      /^\{\{"name":"get_weather".*\}\}\}$/,
      /^\{\{"name": "get_weather", "arguments": \{[^}]*\}\}$/,
      /you can use the `get_weather` function\.$/,
      /^I call get_weather\(city="Paris".*\)\.\n<tool_result>: /,
      /^<get_weather\(city="Paris".*\)>$/,
      /^get_weather\(city: "Paris".*\)$/,
      /^<get_weather\(city: "Paris".*\)>: <tool_result>:$/,
    ];
    const texts: string[] = [];
    for (const question of questions) {
      const message = await ask([user(question)]);
      expect(pick(message, 'tool_calls')).toBeUndefined();
      texts.push(String(pick(message, 'content')));
    }
    for (const form of forms) expect(texts).toContainEqual(expect.stringMatching(form));
  });

  test('gives the same request the same reply', async () => {
    const messages = [user(questions[3] ?? '')];
    expect(await ask(messages)).toEqual(await ask(messages));
  });

  test('writes its call again after the result, and after the second result nothing', async () => {
    const messages = [user(questions[0] ?? ''), call, result];
    expect(pick(await ask(messages), 'content')).toMatch(/get_weather/);
    expect(pick(await ask([...messages, call, result]), 'content')).toBe('');
  });

  test('answers after a result if the request offers no tools', async () => {
    const messages = [user(questions[0] ?? ''), call, result];
    expect(pick(await ask(messages, { tools: null }), 'content')).toContain('21');
  });

  test('replies right if a grammar forces the form', async () => {
    const schema = {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
      additionalProperties: false,
    };
    const response_format = { type: 'json_schema', json_schema: { name: 'place', schema } };
    const message = await ask([user('I live in Paris.')], { response_format, tools: null });
    expect(JSON.parse(String(pick(message, 'content')))).toEqual({ city: 'Paris' });
  });
});

test('vLLM 0.32 sends a cut forced call as nothing, and in a stream as its begin', async () => {
  const server = await startLocalEndpoint({ quirks: 'vllm-0.32' });
  const body = {
    model: 'gemma-3',
    messages: [user('What is the weather in Paris in C?')],
    tools: [weatherTool],
    tool_choice: 'required',
    max_tokens: 20,
  };
  const whole = await postChat(server.url, body);
  expect(pick(whole.body, 'choices', 0)).toMatchObject({
    finish_reason: 'length',
    message: { content: '' },
  });
  expect(pick(whole.body, 'choices', 0, 'message', 'tool_calls')).toBeUndefined();
  const { text } = await postChat(server.url, { ...body, stream: true });
  await server.close();
  expect(text).toContain('"name":"get_weather"');
  expect(text).toContain('"function":{"name":null,"arguments":');
  expect(text).toContain('"finish_reason":"length"');
});
