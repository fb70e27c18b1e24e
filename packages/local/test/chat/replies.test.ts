import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type JsonObject,
  type LocalEndpoint,
  type LocalEndpointOptions,
  startLocalEndpoint,
} from '../../src/index.ts';
import { pick, postChat, readChunks } from '../post-chat.ts';
import { weatherTool } from '../weather-tool.ts';

let endpoint: LocalEndpoint;
const start = async (options: LocalEndpointOptions = {}) => {
  endpoint = await startLocalEndpoint({ models: ['gemma'], ...options });
};
const ask = (content: string, extra: JsonObject = {}) =>
  postChat(endpoint.url, { model: 'gemma', messages: [{ role: 'user', content }], ...extra });
const contentOf = (body: JsonObject) => pick(body, 'choices', 0, 'message', 'content');
const finishOf = (body: JsonObject) => pick(body, 'choices', 0, 'finish_reason');

afterEach(() => endpoint.close());

describe('a stream of vLLM', () => {
  test('has usage in every chunk, a last chunk without choices, and ends with [DONE]', async () => {
    await start();
    const { text, headers } = await ask('Hello!', { stream: true });
    expect(headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(text).toMatch(/\n\ndata: \[DONE\]\n\n$/);
    const chunks = readChunks(text);
    expect(chunks.every((chunk) => pick(chunk, 'usage', 'prompt_tokens') !== undefined)).toBe(true);
    expect(chunks[0]).toMatchObject({
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }],
    });
    expect(chunks.at(-1)).toMatchObject({ choices: [] });
    expect(chunks.at(-2)).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
  });

  test('contains a call in pieces, with name and id in the first', async () => {
    await start();
    const { text } = await ask('What is the weather in Paris?', {
      stream: true,
      tools: [weatherTool],
    });
    const pieces = readChunks(text).flatMap(
      (chunk) => pick(chunk, 'choices', 0, 'delta', 'tool_calls') ?? [],
    );
    expect(pieces[0]).toMatchObject({
      index: 0,
      id: expect.stringMatching(/^chatcmpl-tool-/),
      type: 'function',
      function: { name: 'get_weather' },
    });
    expect(pieces.slice(1).every((piece) => pick(piece, 'id') === undefined)).toBe(true);
    const given = pieces.map((piece) => pick(piece, 'function', 'arguments')).join('');
    expect(JSON.parse(given)).toEqual({ city: 'Paris' });
  });

  test.each([
    ['required', 'tool_calls'],
    [{ type: 'function', function: { name: 'get_weather' } }, 'stop'],
  ])('of a call forced by %j finishes with %s', async (choice, reason) => {
    await start();
    const extra = { stream: true, tools: [weatherTool], tool_choice: choice };
    const chunks = readChunks((await ask('What is the weather in Paris?', extra)).text);
    const given = chunks.map(
      (chunk) => pick(chunk, 'choices', 0, 'delta', 'tool_calls', 0, 'function', 'arguments') ?? '',
    );
    expect(JSON.parse(given.join(''))).toEqual({ city: 'Paris' });
    expect(pick(chunks.at(-2), 'choices', 0, 'finish_reason')).toBe(reason);
  });

  test('loses a text that starts with a bracket', async () => {
    await start({ script: [{ text: '[1] According to the file' }] });
    const { text } = await ask('x', { stream: true, tools: [weatherTool] });
    const deltas = readChunks(text).map(
      (chunk) => pick(chunk, 'choices', 0, 'delta', 'content') ?? '',
    );
    expect(deltas.join('')).toBe('');
  });

  test('contains the same text if the request has no tools', async () => {
    await start({ script: [{ text: '[1] According to the file' }] });
    const { text } = await ask('x', { stream: true });
    const deltas = readChunks(text).map(
      (chunk) => pick(chunk, 'choices', 0, 'delta', 'content') ?? '',
    );
    expect(deltas.join('')).toBe('[1] According to the file');
  });
});

describe('a stream of llama.cpp', () => {
  test('has usage only if the request asks for it', async () => {
    await start({ quirks: 'llama.cpp-2026' });
    const plain = readChunks((await ask('Hello!', { stream: true })).text);
    expect(plain.some((chunk) => chunk.usage !== undefined)).toBe(false);
    const asked = await ask('Hello!', { stream: true, stream_options: { include_usage: true } });
    expect(readChunks(asked.text).at(-1)).toMatchObject({
      choices: [],
      usage: { prompt_tokens: expect.any(Number) },
    });
  });

  test('starts with content null', async () => {
    await start({ quirks: 'llama.cpp-2026' });
    const [first] = readChunks((await ask('Hello!', { stream: true })).text);
    expect(pick(first, 'choices', 0, 'delta')).toEqual({ role: 'assistant', content: null });
  });

  test('of 2025 contains name and id first, then the arguments', async () => {
    await start({ quirks: 'llama.cpp-2025' });
    const { text } = await ask('Weather in Rome?', { stream: true, tools: [weatherTool] });
    const calls = readChunks(text).flatMap(
      (chunk) => pick(chunk, 'choices', 0, 'delta', 'tool_calls') ?? [],
    );
    expect(calls[0]).toMatchObject({ function: { name: 'get_weather', arguments: '' } });
    expect(
      calls
        .slice(1)
        .map((call) => pick(call, 'function', 'arguments'))
        .join(''),
    ).toBe('{"city":"Rome"}');
  });
});

describe('limits', () => {
  test('max_tokens cuts the reply, which finishes with length', async () => {
    await start({ script: [{ text: 'one two three four' }] });
    const { body } = await ask('x', { max_tokens: 2 });
    expect(contentOf(body)).toBe('one two');
    expect(finishOf(body)).toBe('length');
    expect(pick(body, 'usage', 'completion_tokens')).toBe(2);
  });

  test('a call cut by max_tokens stays text and finishes with length', async () => {
    await start();
    const { body } = await ask('weather in Paris?', { max_tokens: 3, tools: [weatherTool] });
    expect(contentOf(body)).toMatch(/^\[get/);
    expect(finishOf(body)).toBe('length');
  });

  test('stop cuts the reply before the stop text', async () => {
    await start({ script: [{ text: 'one, two. three' }] });
    expect(contentOf((await ask('x', { stop: ['.', ','] })).body)).toBe('one');
  });

  test('a reply that fills the window of llama.cpp finishes with length', async () => {
    await start({ quirks: 'llama.cpp-2026', contextWindow: 16 });
    expect(finishOf((await ask('Hello!')).body)).toBe('length');
  });

  test('Ollama shortens a long prompt without an error and keeps the last message', async () => {
    await start({ quirks: 'ollama', contextWindow: 64 });
    const messages = [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'old '.repeat(200) },
      { role: 'assistant', content: 'yes' },
      { role: 'user', content: 'Hello!' },
    ];
    const { status, body } = await postChat(endpoint.url, { model: 'gemma', messages });
    expect(status).toBe(200);
    expect(endpoint.requests[0]?.prompt).toContain('Be brief.');
    expect(endpoint.requests[0]?.prompt).not.toContain('old');
    expect(contentOf(body)).toMatch(/^Hello!/);
  });
});

describe('usage', () => {
  test('counts the turn tokens as one each, as Gemma does', async () => {
    await start();
    const { body } = await ask('Say hello.');
    expect(pick(body, 'usage', 'prompt_tokens')).toBe(12);
  });

  test('reports reused tokens for the same cache salt only', async () => {
    await start();
    const words = 'Tell me about the sea and the ships that sail on it. '.repeat(8);
    const salt = 'a'.repeat(32);
    const cached = async (cacheSalt: string) =>
      pick(
        (await ask(words, { cache_salt: cacheSalt })).body,
        'usage',
        'prompt_tokens_details',
        'cached_tokens',
      );
    expect(await cached(salt)).toBe(0);
    expect(await cached('b'.repeat(32))).toBe(0);
    const reused = Number(await cached(salt));
    expect(reused).toBeGreaterThan(64);
    expect(reused % 16).toBe(0);
  });
});

test('two choices are two choices', async () => {
  await start();
  expect(pick((await ask('Hello!', { n: 2 })).body, 'choices')).toMatchObject([
    { index: 0 },
    { index: 1 },
  ]);
});

test('llama.cpp of 2026 repeats a last assistant message, the build of 2025 does not', async () => {
  const messages = [
    { role: 'user', content: 'hi' },
    { role: 'assistant', content: 'The answer' },
  ];
  await start({ quirks: 'llama.cpp-2025' });
  const older = await postChat(endpoint.url, { messages });
  expect(contentOf(older.body)).not.toMatch(/^The answer/);
  await endpoint.close();
  await start({ quirks: 'llama.cpp-2026' });
  const newer = await postChat(endpoint.url, { messages });
  expect(contentOf(newer.body)).toMatch(/^The answer/);
});

describe('a script', () => {
  test('sends text, calls, raw bodies and errors in order, then the stand-in answers', async () => {
    await start({
      script: [
        { text: 'first' },
        { calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] },
        { raw: { choices: [] } },
        { error: { status: 418, body: { error: 'teapot' }, headers: { 'x-tea': 'green' } } },
      ],
    });
    const extra = { tools: [weatherTool] };
    expect(contentOf((await ask('x', extra)).body)).toBe('first');
    const called = (await ask('x', extra)).body;
    expect(pick(called, 'choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments')).toBe(
      '{"city": "Oslo"}',
    );
    expect((await ask('x', extra)).body).toEqual({ choices: [] });
    const refused = await ask('x', extra);
    expect([refused.status, refused.headers.get('x-tea')]).toEqual([418, 'green']);
    expect(endpoint.script.remaining).toBe(0);
    expect(contentOf((await ask('Hello!', extra)).body)).toMatch(/stand-in/);
  });

  test('can be extended, end a reply early, and send raw chunks', async () => {
    await start();
    endpoint.script.push(
      { text: 'half a sen', finishReason: 'length' },
      { raw: [{ odd: 1 }, { odd: 2 }] },
    );
    expect(finishOf((await ask('x')).body)).toBe('length');
    expect(readChunks((await ask('x', { stream: true })).text)).toEqual([{ odd: 1 }, { odd: 2 }]);
  });

  test('writes calls in the format that a grammar forces', async () => {
    await start({ script: [{ calls: [{ name: 'get_weather', arguments: { city: 'Oslo' } }] }] });
    const { body } = await ask('x', { tools: [weatherTool], tool_choice: 'required' });
    expect(pick(body, 'choices', 0, 'message', 'tool_calls', 0, 'function')).toEqual({
      name: 'get_weather',
      arguments: '{"city": "Oslo"}',
    });
  });
});
