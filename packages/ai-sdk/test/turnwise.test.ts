import type {
  JSONSchema7,
  LanguageModelV4CallOptions,
  LanguageModelV4FunctionTool,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { describe, expect, test } from '@jest/globals';
import { turnwise } from '@turnwise/ai-sdk';
import { type Model, openaiCompatible } from '@turnwise/core';
import {
  callsTool,
  callsTools,
  type ScriptedReply,
  says,
  saysNothing,
  scriptedModel,
} from '@turnwise/core/testing';
import { startLocalEndpoint } from '@turnwise/local';

const getWeather: LanguageModelV4FunctionTool = {
  type: 'function',
  name: 'get_weather',
  description: 'Get the weather in a city.',
  inputSchema: {
    type: 'object',
    properties: { city: { type: 'string' }, days: { type: 'integer' } },
    required: ['city'],
  },
};

function ask(text: string, options: Partial<LanguageModelV4CallOptions> = {}) {
  return {
    prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }],
    ...options,
  };
}

async function partsOf(model: Model, call: LanguageModelV4CallOptions) {
  const { stream } = await turnwise(model).doStream(call);
  const parts: LanguageModelV4StreamPart[] = [];
  for await (const part of stream as unknown as AsyncIterable<LanguageModelV4StreamPart>) {
    parts.push(part);
  }
  return parts;
}

const generate = (replies: readonly ScriptedReply[], call: LanguageModelV4CallOptions) =>
  turnwise(scriptedModel(replies)).doGenerate(call);

describe('a whole reply', () => {
  test('a text is the content', async () => {
    expect(await generate([says('Hello.')], ask('Hi'))).toMatchObject({
      content: [{ type: 'text', text: 'Hello.' }],
      finishReason: { unified: 'stop' },
      warnings: [],
    });
  });

  test('calls are the content, with ids that differ in the whole conversation', async () => {
    const reply = callsTools(['get_weather', { city: 'Rome' }], ['get_weather', { city: 'Oslo' }]);
    const call = ask('Weather?', { tools: [getWeather] });
    const first = await generate([reply], call);
    const second = await generate([reply], call);
    expect(first).toMatchObject({
      content: [
        { type: 'tool-call', toolName: 'get_weather', input: '{"city":"Rome"}' },
        { type: 'tool-call', toolName: 'get_weather', input: '{"city":"Oslo"}' },
      ],
      finishReason: { unified: 'tool-calls' },
    });
    const ids = [...first.content, ...second.content].map((part) =>
      Reflect.get(part, 'toolCallId'),
    );
    expect(new Set(ids).size).toBe(4);
  });

  test('arguments are repaired, and a call with wrong arguments goes back to the model', async () => {
    const replies = [
      callsTool('get_weather', { town: 'Rome' }),
      callsTool('get_weather', { city: 'Rome', days: '2' }),
    ];
    const { content } = await generate(replies, ask('Weather?', { tools: [getWeather] }));
    expect(content).toMatchObject([{ toolName: 'get_weather', input: '{"city":"Rome","days":2}' }]);
  });

  test('a call that stays wrong is passed on, so that the AI SDK can answer it', async () => {
    const wrong = callsTool('get_weather', { town: 'Rome' });
    const call = ask('Weather?', { tools: [getWeather] });
    const { content } = await generate([wrong, wrong, wrong], call);
    expect(content).toMatchObject([{ toolName: 'get_weather', input: '{"town":"Rome"}' }]);
  });

  test('an empty reply is requested again, and its fix is in the metadata', async () => {
    const { content, providerMetadata } = await generate(
      [saysNothing(), says('Hello.')],
      ask('Hi'),
    );
    expect(content).toEqual([{ type: 'text', text: 'Hello.' }]);
    expect(providerMetadata).toMatchObject({ turnwise: { fixes: [{ kind: 'asked-again' }] } });
  });

  test('with tools and a schema the tools are offered without the schema, and the answer is its JSON', async () => {
    const model = scriptedModel([says('In Rome it is 21 degrees.'), says('{"degrees": 21}')]);
    const schema: JSONSchema7 = {
      type: 'object',
      properties: { degrees: { type: 'number' } },
      required: ['degrees'],
    };
    const call = ask('Weather?', { tools: [getWeather], responseFormat: { type: 'json', schema } });
    const { content } = await turnwise(model).doGenerate(call);
    expect(content).toEqual([{ type: 'text', text: '{"degrees":21}' }]);
    expect(model.requests.map(({ phase }) => phase)).toEqual(['act', 'answer']);
  });

  test('an answer that never fits its schema is returned as it is', async () => {
    const replies = Array.from({ length: 4 }, () => says('I do not know.'));
    const responseFormat = { type: 'json', schema: { type: 'object' } } as const;
    const { content } = await generate(replies, ask('Weather?', { responseFormat }));
    expect(content).toEqual([{ type: 'text', text: 'I do not know.' }]);
  });

  test('an abort rejects with the reason of its signal', async () => {
    const reason = new Error('Stopped by the user.');
    const abortSignal = AbortSignal.abort(reason);
    await expect(generate([says('Hello.')], ask('Hi', { abortSignal }))).rejects.toBe(reason);
  });

  test('a tool without a description is offered with its name', async () => {
    const model = scriptedModel([says('Hello.')]);
    const { description: _, ...bare } = getWeather;
    await turnwise(model).doGenerate(ask('Hi', { tools: [bare] }));
    expect(model.requests[0]?.tools).toMatchObject([{ description: 'get weather.' }]);
  });

  test('what cannot be passed on is a warning', async () => {
    const call = ask('Hi', {
      headers: { 'user-agent': 'ai', 'x-team': 'a' },
      reasoning: 'high',
      tools: [{ type: 'provider', id: 'openai.web_search', name: 'web_search', args: {} }],
    });
    const { warnings } = await generate([says('Hello.')], call);
    expect(warnings).toMatchObject([
      { feature: 'tool openai.web_search' },
      { feature: 'headers x-team' },
      { feature: 'reasoning' },
    ]);
  });
});

describe('the prompt', () => {
  test('a history that breaks the turn law is repaired, and the changes are in the metadata', async () => {
    const model = scriptedModel([says('Rain.')]);
    const { providerMetadata } = await turnwise(model).doGenerate({
      tools: [getWeather],
      prompt: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Hello.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Weather in Rome?' }] },
        {
          role: 'assistant',
          content: [
            { type: 'text', text: 'I look.' },
            {
              type: 'tool-call',
              toolCallId: 'a',
              toolName: 'get_weather',
              input: { city: 'Rome' },
            },
          ],
        },
        {
          role: 'tool',
          content: [
            {
              type: 'tool-result',
              toolCallId: 'a',
              toolName: 'get_weather',
              output: { type: 'text', value: 'rain' },
            },
          ],
        },
      ],
    });
    const [request] = model.requests;
    expect(request?.instructions).toContain('Be brief.');
    expect(request?.transcript.turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
    ]);
    expect(providerMetadata?.turnwise?.changes).not.toEqual([]);
  });

  test('images reach the model with their bytes', async () => {
    const base64 =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const model = scriptedModel([says('A dot.')]);
    await turnwise(model).doGenerate({
      prompt: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'file', mediaType: 'image/png', data: { type: 'data', data: base64 } },
          ],
        },
      ],
    });
    const [turn] = model.requests[0]?.transcript.turns ?? [];
    expect(turn).toMatchObject({
      inputs: [{ parts: [{ type: 'text' }, { type: 'image', image: { mediaType: 'image/png' } }] }],
    });
  });

  test('a prompt that ends with the assistant is refused', async () => {
    const prompt = [
      ...ask('Hi').prompt,
      { role: 'assistant' as const, content: [{ type: 'text' as const, text: 'Hello.' }] },
    ];
    await expect(generate([says('Hello.')], { prompt })).rejects.toMatchObject({
      code: 'turn_order',
    });
  });

  test('settings and the choice of a tool reach the request', async () => {
    const model = scriptedModel([callsTool('get_weather', { city: 'Rome' })]);
    await turnwise(model).doGenerate(
      ask('Weather?', {
        tools: [getWeather],
        toolChoice: { type: 'tool', toolName: 'get_weather' },
        temperature: 0.5,
        topK: 7,
        stopSequences: ['END'],
        providerOptions: { turnwise: { conversationId: 'chat', extraBody: { min_p: 0.1 } } },
      }),
    );
    expect(model.requests[0]).toMatchObject({
      toolChoice: { tool: 'get_weather' },
      conversationId: 'chat',
      settings: { temperature: 0.5, stop: ['END'], extraBody: { top_k: 7, min_p: 0.1 } },
    });
  });
});

describe('a stream', () => {
  test('a text without tools is streamed as it arrives', async () => {
    const model = scriptedModel([says('Hello.', { pieces: ['Hel', 'lo.'] })]);
    expect((await partsOf(model, ask('Hi'))).map(({ type }) => type)).toEqual([
      'stream-start',
      'response-metadata',
      'text-start',
      'text-delta',
      'text-delta',
      'text-end',
      'finish',
    ]);
  });

  test('the text of a request with tools is one piece, because calls could follow it', async () => {
    const model = scriptedModel([says('Hello.', { pieces: ['Hel', 'lo.'] })]);
    const parts = await partsOf(model, ask('Hi', { tools: [getWeather] }));
    expect(parts.filter(({ type }) => type === 'text-delta')).toMatchObject([{ delta: 'Hello.' }]);
  });

  test('a call has its input parts and then the whole call', async () => {
    const model = scriptedModel([callsTool('get_weather', { city: 'Rome' })]);
    const parts = await partsOf(model, ask('Weather?', { tools: [getWeather] }));
    expect(parts.slice(2).map(({ type }) => type)).toEqual([
      'tool-input-start',
      'tool-input-delta',
      'tool-input-end',
      'tool-call',
      'finish',
    ]);
  });

  test('text that a restart replaces is an error of the stream, and the same text continues', async () => {
    const restarting = (pieces: readonly string[], again: string): Model => ({
      id: 'restarting',
      async *request() {
        const prepared = { dialect: 'native', messages: 1, estimatedTokens: 0, tools: 0 } as const;
        yield { type: 'request-prepared', ...prepared };
        for (const text of pieces) yield { type: 'text-delta', text };
        yield { type: 'stream-restarted', reason: 'The stream broke.' };
        yield { type: 'text-delta', text: again };
        const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
        const raw = { text: again, reasoning: '', calls: [], finishReason: 'stop', usage } as const;
        const parsed = { kind: 'text', text: again, fixes: [] } as const;
        return { parsed, raw, usage, finishReason: 'stop', dialect: 'native' };
      },
    });
    const same = await partsOf(restarting(['Hel'], 'Hello.'), ask('Hi'));
    const deltas = same.flatMap((part) => (part.type === 'text-delta' ? [part.delta] : []));
    expect(deltas.join('')).toBe('Hello.');
    const other = await partsOf(restarting(['Hel'], 'Good day.'), ask('Hi'));
    expect(other.at(-1)).toMatchObject({ type: 'error', error: { code: 'text_replaced' } });
  });

  test('an error of the model is an error part', async () => {
    const model = openaiCompatible({
      baseURL: 'http://127.0.0.1:9/v1',
      model: 'm',
      retry: { maxRetries: 0 },
    });
    expect((await partsOf(model, ask('Hi'))).at(-1)).toMatchObject({
      type: 'error',
      error: { code: 'model_unreachable' },
    });
  });
});

test.each(['vllm', 'llama.cpp-2026', 'ollama'] as const)(
  'on a server such as %s a call, its result and the answer work',
  async (quirks) => {
    const endpoint = await startLocalEndpoint({ quirks, models: ['gemma-3-27b'] });
    try {
      const model = turnwise(openaiCompatible({ baseURL: endpoint.url, model: 'gemma-3-27b' }));
      const call = ask('What is the weather in Paris?', { tools: [getWeather] });
      const { content } = await model.doGenerate(call);
      expect(content).toMatchObject([{ type: 'tool-call', input: '{"city":"Paris"}' }]);
      const [made] = content;
      if (made?.type !== 'tool-call') throw new Error('There is no call.');
      const { toolCallId, toolName } = made;
      const output = { type: 'json', value: { sky: 'sunny' } } as const;
      const prompt = [
        ...call.prompt,
        {
          role: 'assistant' as const,
          content: [
            { type: 'tool-call' as const, toolCallId, toolName, input: JSON.parse(made.input) },
          ],
        },
        {
          role: 'tool' as const,
          content: [{ type: 'tool-result' as const, toolCallId, toolName, output }],
        },
      ];
      const answer = await model.doGenerate({ prompt, tools: [getWeather] });
      expect(answer.content).toMatchObject([
        { type: 'text', text: expect.stringContaining('sunny') },
      ]);
    } finally {
      await endpoint.close();
    }
  },
);

test('an unknown option is refused by name', () => {
  expect(() => turnwise(scriptedModel([]), { providr: 'x' } as object)).toThrow(/"providr"/);
});
