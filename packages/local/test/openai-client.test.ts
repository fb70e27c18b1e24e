import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import OpenAI from 'openai';
import { type LocalEndpoint, type QuirksName, startLocalEndpoint } from '../src/index.ts';

const tools: OpenAI.Chat.ChatCompletionTool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'Current weather of a city.',
      parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
    },
  },
];
const messages: OpenAI.Chat.ChatCompletionMessageParam[] = [
  { role: 'user', content: 'What is the weather in Paris?' },
];

describe.each<QuirksName>(['vllm', 'llama.cpp-2025', 'none'])(
  'the official client on %s',
  (quirks) => {
    let endpoint: LocalEndpoint;
    let client: OpenAI;
    beforeAll(async () => {
      endpoint = await startLocalEndpoint({ quirks, models: ['gemma'], apiKey: 'key' });
      client = new OpenAI({ baseURL: endpoint.url, apiKey: 'key', maxRetries: 0 });
    });
    afterAll(() => endpoint.close());

    test('lists models', async () => {
      const { data } = await client.models.list();
      expect(data.map(({ id }) => id)).toEqual(['gemma']);
    });

    test('receives a call', async () => {
      const { choices } = await client.chat.completions.create({ model: 'gemma', messages, tools });
      const [call] = choices[0]?.message.tool_calls ?? [];
      expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({
        city: 'Paris',
      });
    });

    test('receives a streamed call', async () => {
      const run = client.chat.completions.stream({ model: 'gemma', messages, tools });
      const message = await run.finalMessage();
      const [call] = message.tool_calls ?? [];
      expect(call?.type === 'function' && JSON.parse(call.function.arguments)).toEqual({
        city: 'Paris',
      });
    });

    test('streams text', async () => {
      const stream = await client.chat.completions.create({
        model: 'gemma',
        messages: [{ role: 'user', content: 'Hello!' }],
        stream: true,
      });
      let text = '';
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? '';
      expect(text).toMatch(/^Hello!/);
    });

    test('throws a refusal as an error with its status', async () => {
      const request = client.chat.completions.create({
        model: 'gemma',
        messages: [],
        temperature: 0,
      });
      await expect(request).rejects.toBeInstanceOf(OpenAI.APIError);
    });
  },
);
