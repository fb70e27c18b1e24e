import { describe, expect, jest, test } from '@jest/globals';
import { Agent } from 'undici';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { createOpenAITransport } from '../../src/transport/openai-transport.ts';
import type { RequestRetried } from '../../src/transport/transport.ts';
import type { OpenAITransportOptions } from '../../src/transport/transport-options.ts';
import { collectReply } from '../support/collect-reply.ts';
import {
  answersJson,
  answersText,
  breaksOff,
  chunk,
  completion,
  done,
  event,
  startModelServer,
  streamsPieces,
  streamsThen,
} from '../support/model-server.ts';
import { keepTimers, passTime, stopClock } from '../support/stopped-time.ts';

function connect(baseURL: string, options: Partial<OpenAITransportOptions> = {}) {
  return createOpenAITransport({
    baseURL,
    model: 'gemma-3-27b',
    retry: { firstDelayMs: 0 },
    ...options,
  });
}

const streamsHello = streamsPieces(
  chunk({ role: 'assistant', content: '' }),
  chunk({ content: 'Hel' }),
  chunk({ content: 'lo' }),
  chunk({}, 'stop') + done,
);

const answersHello = answersJson(completion({ content: 'Hello' }));

describe('a request', () => {
  test('contains the model, the body, and whether to stream', async () => {
    await using server = await startModelServer(answersHello, streamsHello);
    const transport = connect(server.baseURL);
    const body = { messages: [{ role: 'user' as const, content: 'Hi.' }], temperature: 0.2 };
    await collectReply(transport, { body, stream: false });
    await collectReply(transport, { body, stream: true });
    expect(server.requests.map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/v1/chat/completions',
    ]);
    expect(server.requests[0]?.body).toEqual({ model: 'gemma-3-27b', ...body, stream: false });
    expect(server.requests[1]?.body).toEqual({
      model: 'gemma-3-27b',
      ...body,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  test('contains extra fields, and those of the request replace those of the transport', async () => {
    await using server = await startModelServer(answersHello);
    const transport = connect(server.baseURL, { extraBody: { top_k: 1, min_p: 0.1 } });
    await collectReply(transport, { stream: false, extraBody: { top_k: 64, stream: true } });
    expect(server.requests[0]?.body).toMatchObject({ top_k: 64, min_p: 0.1, stream: false });
  });

  test('contains the key and the configured headers, and nothing about the machine', async () => {
    await using server = await startModelServer(answersHello);
    const transport = connect(server.baseURL, { apiKey: 'secret', headers: { 'X-Team': 'blue' } });
    await collectReply(transport, { stream: false });
    const headers = server.requests[0]?.headers ?? {};
    expect(headers).toMatchObject({ authorization: 'Bearer secret', 'x-team': 'blue' });
    expect(Object.keys(headers).filter((name) => name.startsWith('x-stainless'))).toEqual([]);
  });

  test('contains no key if none was configured, even if OPENAI_* variables are set', async () => {
    await using server = await startModelServer(answersHello);
    const environment = { OPENAI_API_KEY: 'sk-env', OPENAI_ORG_ID: 'org', OPENAI_ADMIN_KEY: 'adm' };
    jest.replaceProperty(process, 'env', { ...process.env, ...environment });
    await collectReply(connect(server.baseURL), { stream: false });
    expect(server.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(server.requests[0]?.headers).not.toHaveProperty('openai-organization');
  });

  test('keeps the query of the base URL and accepts a trailing slash', async () => {
    await using server = await startModelServer(answersHello);
    const transport = connect(`${server.baseURL}/?api-version=1`);
    await collectReply(transport, { stream: false });
    expect(server.requests[0]?.path).toBe('/v1/chat/completions?api-version=1');
    expect(transport).toMatchObject({ endpoint: server.baseURL, model: 'gemma-3-27b' });
  });

  test('reuses the connections of earlier requests', async () => {
    await using server = await startModelServer(streamsHello, answersHello, streamsHello);
    const transport = connect(server.baseURL, { maxConcurrent: 1 });
    for (const stream of [true, false, true]) await collectReply(transport, { stream });
    expect(server.connectionCount()).toBe(1);
  });
});

describe('a reply', () => {
  test('streams as deltas and finishes once', async () => {
    await using server = await startModelServer(streamsHello);
    const { events, deltas } = await collectReply(connect(server.baseURL));
    expect(deltas.map(({ text }) => text).join('')).toBe('Hello');
    expect(events.at(-1)).toMatchObject({ type: 'finished', reply: { text: 'Hello' } });
  });

  test('comes without deltas if streaming was not requested', async () => {
    await using server = await startModelServer(answersHello);
    const { events } = await collectReply(connect(server.baseURL), { stream: false });
    expect(events).toEqual([
      {
        type: 'finished',
        reply: {
          text: 'Hello',
          reasoning: '',
          calls: [],
          finishReason: 'stop',
          usage: { inputTokens: 12, outputTokens: 3, cachedInputTokens: 7 },
          id: 'chatcmpl-1',
        },
      },
    ]);
  });

  test('is parsed if the server sends JSON in place of a stream', async () => {
    await using server = await startModelServer(answersHello);
    const { deltas, reply } = await collectReply(connect(server.baseURL), { stream: true });
    expect(deltas).toEqual([{ text: 'Hello' }]);
    expect(reply?.text).toBe('Hello');
  });

  test('is parsed if the server streams although streaming was not requested', async () => {
    await using server = await startModelServer(streamsHello);
    const { events } = await collectReply(connect(server.baseURL), { stream: false });
    expect(events).toMatchObject([{ type: 'finished', reply: { text: 'Hello' } }]);
  });

  test('ends if the server keeps the connection open after [DONE]', async () => {
    await using server = await startModelServer(
      streamsThen([chunk({ content: 'Hello' }), chunk({}, 'stop'), done], () => {}),
    );
    const { reply } = await collectReply(connect(server.baseURL));
    expect(reply?.text).toBe('Hello');
    await server.whenDisconnected();
  });

  test('is complete if the connection breaks after finish_reason', async () => {
    await using server = await startModelServer(
      streamsThen([chunk({ content: 'Hello' }, 'stop')], breaksOff),
    );
    const { events } = await collectReply(connect(server.baseURL));
    expect(events.map(({ type }) => type)).toEqual(['delta', 'finished']);
  });
});

describe('a stream that breaks', () => {
  const partOf = [chunk({ content: 'Hel' })];

  test('is requested again, and earlier deltas do not count', async () => {
    await using server = await startModelServer(streamsThen(partOf, breaksOff), streamsHello);
    const { events, reply, deltas } = await collectReply(connect(server.baseURL));
    expect(events[0]).toEqual({ type: 'delta', delta: { text: 'Hel' } });
    expect(events[1]).toMatchObject({ type: 'stream-restarted' });
    expect(deltas.map(({ text }) => text).join('')).toBe('Hello');
    expect(reply?.text).toBe('Hello');
  });

  test('is requested again if it ends without finish_reason', async () => {
    await using server = await startModelServer(streamsPieces(...partOf), streamsHello);
    const { events } = await collectReply(connect(server.baseURL));
    expect(events[1]).toMatchObject({ type: 'stream-restarted' });
  });

  test('is requested again after a server error in the middle', async () => {
    const fault = event({ error: { message: 'EngineCore died', code: 500 } });
    await using server = await startModelServer(
      streamsPieces(...partOf, fault, done),
      streamsHello,
    );
    const { events } = await collectReply(connect(server.baseURL));
    expect(events.find(({ type }) => type === 'stream-restarted')).toMatchObject({
      reason: expect.stringContaining('EngineCore died'),
    });
  });

  test('is not requested again after a client error in the middle', async () => {
    const fault = event({ error: { message: 'roles must alternate', code: '400' } });
    await using server = await startModelServer(streamsPieces(...partOf, fault, done));
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      code: 'model_refused',
      details: { kind: 'alternation' },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('is requested again at most `maxRetries` times, including retries before the first byte', async () => {
    await using server = await startModelServer(
      answersText('busy', { status: 503 }),
      streamsThen(partOf, breaksOff),
    );
    const transport = connect(server.baseURL, { retry: { maxRetries: 2, firstDelayMs: 0 } });
    await expect(collectReply(transport)).rejects.toMatchObject({
      code: 'model_unreachable',
      details: { attempts: 3 },
    });
    expect(server.requests).toHaveLength(3);
  });

  test('is reported as request-retried if streaming was not requested', async () => {
    await using server = await startModelServer((response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write('{"choices":', () => breaksOff(response));
    }, answersHello);
    const { events } = await collectReply(connect(server.baseURL), { stream: false });
    expect(events.map(({ type }) => type)).toEqual(['request-retried', 'finished']);
  });
});

describe('retries', () => {
  test.each([408, 409, 425, 429, 500, 502, 503, 504])(
    'status %d is tried again',
    async (status) => {
      await using server = await startModelServer(answersText('later', { status }), answersHello);
      const { events } = await collectReply(connect(server.baseURL), { stream: false });
      expect(events).toMatchObject([
        {
          type: 'request-retried',
          attempt: 1,
          delayMs: 0,
          reason: expect.stringContaining('later'),
        },
        { type: 'finished' },
      ]);
    },
  );

  test.each([400, 401, 403, 404, 413, 422, 501])('status %d is not tried again', async (status) => {
    await using server = await startModelServer(answersText('no', { status }), answersHello);
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      details: { status, attempts: 1 },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a client error with status 500 is not retried', async () => {
    const message = 'forwarding request: mutating request: something is not JSON';
    await using server = await startModelServer(
      answersJson({ error: { message } }, { status: 500 }),
    );
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      code: 'model_refused',
      details: { kind: 'request-refused', attempts: 1 },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a broken connection is retried', async () => {
    await using server = await startModelServer(breaksOff, answersHello);
    const { events } = await collectReply(connect(server.baseURL), { stream: false });
    expect(events.map(({ type }) => type)).toEqual(['request-retried', 'finished']);
  });

  test('an error whose body breaks off is explained by its status', async () => {
    await using server = await startModelServer((response) => {
      response.writeHead(400, { 'content-length': 1000 });
      response.write('no such', () => breaksOff(response));
    });
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      name: 'ModelError',
      details: { status: 400, attempts: 1, serverMessage: 'no such' },
    });
  });

  test('the last error is thrown, with the number of attempts', async () => {
    await using server = await startModelServer(answersText('busy', { status: 503 }));
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      code: 'model_overloaded',
      details: { status: 503, attempts: 4, serverMessage: 'busy' },
    });
    expect(server.requests).toHaveLength(4);
  });

  test('a retry waits at least as long as the server requests, and an abort ends the wait', async () => {
    const headers = { 'retry-after': '7' };
    await using server = await startModelServer(answersText('busy', { status: 429, headers }));
    const user = new AbortController();
    const events = connect(server.baseURL).send(
      { body: { messages: [] }, stream: true },
      user.signal,
    );
    const { value } = await events.next();
    const { delayMs } = value as RequestRetried;
    expect(delayMs).toBeGreaterThanOrEqual(7000);
    expect(delayMs).toBeLessThanOrEqual(7000 * 1.25 + 500);
    const ended = events.next();
    user.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(1);
  });

  test('a wait that is longer than allowed is not started', async () => {
    const headers = { 'retry-after': '3600' };
    await using server = await startModelServer(answersText('busy', { status: 429, headers }));
    await expect(collectReply(connect(server.baseURL))).rejects.toMatchObject({
      code: 'model_overloaded',
      details: { retryAfterMs: 3_600_000, attempts: 1 },
    });
  });

  test('returning from the iteration at a retry sends no more requests', async () => {
    await using server = await startModelServer(answersText('busy', { status: 503 }));
    for await (const event of connect(server.baseURL).send(
      { body: { messages: [] }, stream: true },
      new AbortController().signal,
    )) {
      expect(event.type).toBe('request-retried');
      break;
    }
    expect(server.requests).toHaveLength(1);
  });
});

describe('time limits', () => {
  const silent = () => {};

  test('a server that never answers exceeds the total limit', async () => {
    await using server = await startModelServer(silent);
    const transport = connect(server.baseURL, { timeouts: { totalMs: 20 } });
    await expect(collectReply(transport, { stream: false })).rejects.toMatchObject({
      code: 'model_timeout',
      message: expect.stringContaining('timeouts.totalMs'),
    });
    await server.whenDisconnected();
  });

  test('a stream without a first piece exceeds its limit, also if it sends pings', async () => {
    await using server = await startModelServer(streamsThen([': ping\n\n'], silent));
    const transport = connect(server.baseURL, { timeouts: { firstTokenMs: 20 } });
    await expect(collectReply(transport)).rejects.toMatchObject({
      code: 'model_timeout',
      message: expect.stringContaining('timeouts.firstTokenMs'),
    });
  });

  test('a stream that stops sending exceeds its limit and is not requested again', async () => {
    await using server = await startModelServer(streamsThen([chunk({ content: 'Hel' })], silent));
    const transport = connect(server.baseURL, { timeouts: { betweenTokensMs: 20 } });
    await expect(collectReply(transport)).rejects.toMatchObject({
      code: 'model_timeout',
      message: expect.stringContaining('timeouts.betweenTokensMs'),
    });
    expect(server.requests).toHaveLength(1);
    await server.whenDisconnected();
  });

  test('the time that the consumer needs for a delta does not count against the server', async () => {
    await using server = await startModelServer(streamsHello);
    stopClock();
    const transport = connect(server.baseURL, { timeouts: { betweenTokensMs: 30 } });
    const events = transport.send(
      { body: { messages: [] }, stream: true },
      new AbortController().signal,
    );
    await events.next();
    passTime(60);
    let next = await events.next();
    while (next.done !== true) next = await events.next();
    keepTimers();
    expect(next.value).toMatchObject({ text: 'Hello' });
  });
});

describe('an abort', () => {
  const hangs = streamsThen([chunk({ content: 'Hel' })], () => {});

  test('before the request sends nothing', async () => {
    await using server = await startModelServer(hangs);
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(collectReply(connect(server.baseURL), { signal })).rejects.toThrow('enough');
    expect(server.requests).toHaveLength(0);
  });

  test.each([true, false])(
    'before the response closes the connection (stream: %s)',
    async (stream) => {
      const user = new AbortController();
      await using server = await startModelServer(() => user.abort(new Error('enough')));
      const reply = collectReply(connect(server.baseURL), { stream, signal: user.signal });
      await expect(reply).rejects.toThrow('enough');
      await server.whenDisconnected();
      expect(server.requests).toHaveLength(1);
    },
  );

  test('in the middle of a stream leaves no socket, timer or listener', async () => {
    await using server = await startModelServer(hangs);
    const user = new AbortController();
    const removed = jest.spyOn(user.signal, 'removeEventListener');
    const added = jest.spyOn(user.signal, 'addEventListener');
    const timersBefore = countTimers();
    const events = connect(server.baseURL).send(
      { body: { messages: [] }, stream: true },
      user.signal,
    );
    await events.next();
    const ended = events.next();
    user.abort('any value');
    await expect(ended).rejects.toBe('any value');
    await server.whenDisconnected();
    expect(removed).toHaveBeenCalledTimes(added.mock.calls.length);
    // Timers of earlier requests may have ended in the meantime.
    expect(countTimers()).toBeLessThanOrEqual(timersBefore);
  });

  test('ends the second try in the same way as the first', async () => {
    const user = new AbortController();
    await using server = await startModelServer(breaksOff, () => user.abort(new Error('enough')));
    const reply = collectReply(connect(server.baseURL), { signal: user.signal });
    await expect(reply).rejects.toThrow('enough');
    await server.whenDisconnected();
    expect(server.requests).toHaveLength(2);
  });

  test('by returning from the iteration closes the connection', async () => {
    await using server = await startModelServer(hangs);
    for await (const _ of connect(server.baseURL).send(
      { body: { messages: [] }, stream: true },
      new AbortController().signal,
    )) {
      break;
    }
    await server.whenDisconnected();
    expect(server.requests).toHaveLength(1);
  });
});

describe('a custom fetch, dispatcher or proxy', () => {
  test('a custom fetch sends the request, and its failures are explained', async () => {
    await using server = await startModelServer(
      streamsHello,
      answersJson({ object: 'error', message: 'roles must alternate', code: 400 }, { status: 400 }),
    );
    const seen: string[] = [];
    const transport = connect(server.baseURL, {
      fetch: (input, init) => {
        seen.push(String(input));
        return fetch(input, init);
      },
    });
    expect((await collectReply(transport)).reply?.text).toBe('Hello');
    await expect(collectReply(transport)).rejects.toMatchObject({
      details: { kind: 'alternation' },
    });
    expect(seen).toEqual(Array(2).fill(`${server.baseURL}/chat/completions`));
  });

  test('a custom fetch is aborted like the built-in one', async () => {
    const user = new AbortController();
    const closed = jest.fn();
    await using server = await startModelServer(
      streamsThen([chunk({ content: 'Hel' })], (response) => {
        response.on('close', closed);
        user.abort(new Error('enough'));
      }),
    );
    const transport = connect(server.baseURL, { fetch });
    await expect(collectReply(transport, { signal: user.signal })).rejects.toThrow('enough');
    await until(() => closed.mock.calls.length === 1);
  });

  test('a custom dispatcher sends the request', async () => {
    await using server = await startModelServer(answersHello);
    const dispatcher = new Agent();
    const dispatched = jest.spyOn(dispatcher, 'dispatch');
    await collectReply(connect(server.baseURL, { dispatcher }), { stream: false });
    expect(dispatched).toHaveBeenCalledTimes(1);
    await dispatcher.close();
  });

  test('the proxy of the environment receives the request', async () => {
    await using proxy = await startModelServer(answersHello);
    const HTTP_PROXY = new URL(proxy.baseURL).origin;
    jest.replaceProperty(process, 'env', { ...process.env, HTTP_PROXY, NO_PROXY: '' });
    const transport = connect('http://model.invalid/v1', { retry: { maxRetries: 0 } });
    await collectReply(transport, { stream: false }).catch(() => {});
    const paths = [...proxy.requests.map(({ path }) => path), ...proxy.tunnels];
    expect(paths.join(' ')).toContain('model.invalid');
  });
});

describe('concurrent requests', () => {
  test('`maxConcurrent` of them run, and the others wait', async () => {
    const running: (() => void)[] = [];
    await using server = await startModelServer((response) => {
      running.push(() => response.end(JSON.stringify(completion({ content: 'Hello' }))));
    });
    const transport = connect(server.baseURL, { maxConcurrent: 2 });
    const replies = [1, 2, 3].map(() => collectReply(transport, { stream: false }));
    await until(() => running.length === 2);
    expect(server.requests).toHaveLength(2);
    running[0]?.();
    await Promise.race(replies);
    await until(() => running.length === 3);
    for (const answer of running.slice(1)) answer();
    expect((await Promise.all(replies)).map(({ reply }) => reply?.text)).toEqual(
      Array(3).fill('Hello'),
    );
  });

  test('a waiting request can be aborted, and the next one gets its slot', async () => {
    const running: (() => void)[] = [];
    await using server = await startModelServer((response) => {
      running.push(() => response.end(JSON.stringify(completion({ content: 'Hello' }))));
    });
    const transport = connect(server.baseURL, { maxConcurrent: 1 });
    const user = new AbortController();
    const first = collectReply(transport, { stream: false });
    const second = collectReply(transport, { stream: false, signal: user.signal });
    const third = collectReply(transport, { stream: false });
    user.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    for (let answered = 0; answered < 2; answered += 1) {
      await until(() => running.length > answered);
      running[answered]?.();
    }
    expect((await first).reply?.text).toBe('Hello');
    expect((await third).reply?.text).toBe('Hello');
    expect(server.requests).toHaveLength(2);
  });
});

describe('invalid options', () => {
  test.each<[string, Partial<OpenAITransportOptions>]>([
    ['a base URL that is none', { baseURL: 'localhost:8080' }],
    ['another scheme', { baseURL: 'ftp://host/v1' }],
    ['a base URL with a password', { baseURL: 'http://me:secret@host/v1' }],
    ['the path of the endpoint', { baseURL: 'http://host/v1/chat/completions' }],
    ['no model', { model: ' ' }],
    ['a header that HTTP does not allow', { headers: { 'bad name': 'x' } }],
    ['a time limit of zero', { timeouts: { totalMs: 0 } }],
    ['a number of retries that is none', { retry: { maxRetries: Number.NaN } }],
    ['room for no request', { maxConcurrent: 0 }],
    ['messages beside those of the run', { extraBody: { messages: [] } }],
    ['tools beside those of the run', { extraBody: { tools: [] } }],
  ])('%s are refused at once', (_name, options) => {
    const server = { baseURL: 'http://127.0.0.1:1/v1', model: 'gemma-3-27b' };
    expect(() => openaiCompatible({ ...server, ...options })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });

  test('the message never contains a password', () => {
    expect(() => connect('http://me:secret@host/v1')).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('secret') }),
    );
  });
});

function countTimers(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
}

/** Runs the event loop until `isTrue` holds. Fails after a while. */
async function until(isTrue: () => boolean): Promise<void> {
  for (let turn = 0; !isTrue(); turn += 1) {
    if (turn > 10_000) throw new Error('The condition never became true.');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
