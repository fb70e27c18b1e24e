import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type JsonObject, type LocalEndpoint, startLocalEndpoint } from '../src/index.ts';
import { pick, postChat, readChunks } from './post-chat.ts';
import { weatherTool } from './weather-tool.ts';

let endpoint: LocalEndpoint;
beforeEach(async () => {
  endpoint = await startLocalEndpoint({ models: ['gemma'] });
});
afterEach(() => endpoint.close());

const ask = (extra: JsonObject = {}, headers: Record<string, string> = {}) =>
  postChat(
    endpoint.url,
    {
      model: 'gemma',
      messages: [{ role: 'user', content: 'What is the weather in Paris?' }],
      tools: [weatherTool],
      ...extra,
    },
    headers,
  );

describe('a fault', () => {
  test('applies to one request, unless it is repeated', async () => {
    endpoint.faults.push({ kind: 'server-error', times: 2 });
    const statuses = [(await ask()).status, (await ask()).status, (await ask()).status];
    expect(statuses).toEqual([500, 500, 200]);
    expect(endpoint.faults.pending).toBe(0);
  });

  test('that is constant applies until it is cleared', async () => {
    endpoint.faults.always({ kind: 'empty-choices' });
    expect(pick((await ask()).body, 'choices')).toEqual([]);
    expect(pick((await ask()).body, 'choices')).toEqual([]);
    endpoint.faults.clear();
    expect(pick((await ask()).body, 'choices')).toHaveLength(1);
  });

  test('can be named by the request, in a header or in a field', async () => {
    expect((await ask({}, { 'x-turnwise-fault': 'server-error' })).status).toBe(500);
    expect((await ask({}, { 'x-turnwise-fault': '{"kind":"rate-limit"}' })).status).toBe(429);
    expect((await ask({ turnwise_fault: { kind: 'server-error', status: 503 } })).status).toBe(503);
    expect((await ask()).status).toBe(200);
  });

  test('of an unknown kind is refused with the known kinds', async () => {
    const { status, body } = await ask({ turnwise_fault: 'earthquake' });
    expect(status).toBe(500);
    expect(pick(body, 'error', 'message')).toMatch(/Unknown fault "earthquake".*rate-limit/);
  });

  test('is named in the log', async () => {
    endpoint.faults.push({ kind: 'empty-content' });
    await ask();
    expect(endpoint.requests[0]?.faults).toEqual(['empty-content']);
  });
});

test.each([7, 'Wed, 21 Oct 2026 07:28:00 GMT'])('429 contains when to retry: %s', async (when) => {
  endpoint.faults.push({ kind: 'rate-limit', retryAfter: when });
  const { status, headers } = await ask();
  expect(status).toBe(429);
  expect(headers.get('retry-after')).toBe(String(when));
});

describe('a stream', () => {
  const text = { messages: [{ role: 'user', content: 'Hello!' }], stream: true };

  test('is dropped after some chunks', async () => {
    endpoint.faults.push({ kind: 'drop-stream', afterChunks: 2 });
    await expect(ask(text)).rejects.toThrow();
    expect(endpoint.requests[0]?.isAborted).toBe(false);
  });

  test('stalls until it is released', async () => {
    endpoint.faults.push({ kind: 'stall-stream', afterChunks: 3 });
    const streaming = ask(text);
    await endpoint.faults.whenStalled();
    endpoint.faults.release();
    expect((await streaming).text).toMatch(/data: \[DONE\]\n\n$/);
  });

  test('ends after an error event', async () => {
    endpoint.faults.push({ kind: 'stream-error', afterChunks: 1, message: 'engine died' });
    const { status, text: sent } = await ask(text);
    expect(status).toBe(200);
    expect(readChunks(sent).at(-1)).toMatchObject({ error: { message: 'engine died' } });
    expect(sent).toMatch(/data: \[DONE\]\n\n$/);
  });

  test('ends without [DONE]', async () => {
    endpoint.faults.push({ kind: 'no-done' });
    const { text: sent } = await ask(text);
    expect(sent).not.toContain('[DONE]');
    expect(readChunks(sent).length).toBeGreaterThan(2);
  });

  test('has CRLF line ends', async () => {
    endpoint.faults.push({ kind: 'crlf' });
    const { text: sent } = await ask(text);
    expect(sent.replaceAll('\r\n', '')).not.toContain('\n');
  });

  test('comes token by token', async () => {
    endpoint.faults.push({ kind: 'slow-tokens', delayMs: 1 });
    expect((await ask(text)).text).toMatch(/data: \[DONE\]\n\n$/);
  });
});

describe.each([false, true])('a reply (streamed: %s)', (stream) => {
  const message = async () => {
    const { body, text } = await ask({ stream });
    if (!stream) return pick(body, 'choices', 0, 'message');
    const deltas = readChunks(text).map((chunk) => pick(chunk, 'choices', 0, 'delta'));
    const given = deltas.map(
      (delta) => pick(delta, 'tool_calls', 0, 'function', 'arguments') ?? '',
    );
    return {
      content: deltas.map((delta) => pick(delta, 'content') ?? '').join(''),
      ...(given.join('') === ''
        ? {}
        : { tool_calls: [{ function: { arguments: given.join('') } }] }),
    };
  };

  test('has calls with broken arguments', async () => {
    endpoint.faults.push({ kind: 'broken-arguments' });
    expect(await message()).toMatchObject({
      tool_calls: [{ function: { arguments: '{"city": "Paris' } }],
    });
  });

  test('has text together with calls', async () => {
    endpoint.faults.push({ kind: 'text-with-calls', text: 'Looking.' });
    expect(await message()).toMatchObject({
      content: 'Looking.',
      tool_calls: [{ function: { arguments: '{"city": "Paris"}' } }],
    });
  });

  test('is empty', async () => {
    endpoint.faults.push({ kind: 'empty-content' });
    expect(pick(await message(), 'content')).toBe('');
  });
});
