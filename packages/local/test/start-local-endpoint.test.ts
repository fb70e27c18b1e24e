import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type LocalEndpoint,
  type LocalEndpointOptions,
  type QuirksName,
  startLocalEndpoint,
} from '../src/index.ts';
import { pick, postChat } from './post-chat.ts';

const running: LocalEndpoint[] = [];
const start = async (options?: LocalEndpointOptions) => {
  const endpoint = await startLocalEndpoint(options);
  running.push(endpoint);
  return endpoint;
};
const getJson = async (url: string) => (await fetch(url)).json() as Promise<never>;
const rootOf = ({ url }: LocalEndpoint) => url.replace(/\/v1$/, '');

afterEach(async () => {
  await Promise.all(running.splice(0).map((endpoint) => endpoint.close()));
});

const hello = { messages: [{ role: 'user', content: 'Hello!' }] };

describe('starting', () => {
  test('without options it uses a free port on the loopback interface and imitates vLLM', async () => {
    const endpoint = await start();
    expect(endpoint.url).toBe(`http://127.0.0.1:${endpoint.port}/v1`);
    expect(endpoint.quirks).toBe('vllm');
  });

  test('a port in use is an error that explains what to do', async () => {
    const { port } = await start();
    await expect(startLocalEndpoint({ port })).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringContaining('--port'),
    });
  });

  test.each<[LocalEndpointOptions, string]>([
    [{ quirks: 'lmstudio' as QuirksName }, 'Available: vllm'],
    [{ contextWindow: 0 }, '1 or more'],
    [{ port: 70_000 }, '65535'],
  ])('refuses %j', async (options, hint) => {
    await expect(startLocalEndpoint(options)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining(hint),
    });
  });

  test('close closes open connections and can be called twice', async () => {
    const endpoint = await startLocalEndpoint({ faults: [{ kind: 'stall-stream' }] });
    const streaming = postChat(endpoint.url, { model: 'gemma-3-27b', ...hello, stream: true });
    const cut = expect(streaming).rejects.toThrow();
    await endpoint.faults.whenStalled();
    await endpoint.close();
    await endpoint.close();
    await cut;
  });
});

describe('models', () => {
  test('lists the ids of the imitated server and reports that it is a stand-in', async () => {
    const endpoint = await start();
    expect(await getJson(`${endpoint.url}/models`)).toMatchObject({
      object: 'list',
      data: [
        { id: 'gemma-3-27b', owned_by: expect.stringContaining('not a model') },
        { id: 'leon-se/gemma-3-27b-it-fp8-dynamic' },
      ],
    });
  });

  test('lists the ids of the caller', async () => {
    const endpoint = await start({ models: ['one', 'two'] });
    expect(pick(await getJson(`${endpoint.url}/models`), 'data')).toHaveLength(2);
    expect((await postChat(endpoint.url, { model: 'two', ...hello })).status).toBe(200);
  });

  test('every reply has the fingerprint of the stand-in', async () => {
    const endpoint = await start();
    const { body } = await postChat(endpoint.url, { model: 'gemma-3-27b', ...hello });
    expect(body).toMatchObject({ system_fingerprint: 'turnwise-local-stand-in' });
  });
});

describe('probes', () => {
  test('llama.cpp of 2026 reports that its template has no tools', async () => {
    const endpoint = await start({ quirks: 'llama.cpp-2026', contextWindow: 512 });
    expect(await getJson(`${rootOf(endpoint)}/props`)).toMatchObject({
      default_generation_settings: { n_ctx: 512 },
      chat_template_caps: { supports_tools: false, supports_tool_calls: false },
    });
  });

  test('Ollama answers version, tags and show', async () => {
    const endpoint = await start({ quirks: 'ollama' });
    const root = rootOf(endpoint);
    expect(await getJson(`${root}/api/version`)).toHaveProperty('version');
    expect(await getJson(`${root}/api/tags`)).toMatchObject({ models: [{ name: 'gemma3:12b' }] });
    const shown = await fetch(`${root}/api/show`, {
      method: 'POST',
      body: '{"model":"gemma3:12b"}',
    });
    expect(await shown.json()).toMatchObject({ capabilities: ['completion', 'vision'] });
  });

  test('a probe of another server is not found', async () => {
    const endpoint = await start();
    expect((await fetch(`${rootOf(endpoint)}/props`)).status).toBe(404);
    expect((await fetch(`${rootOf(endpoint)}/api/version`)).status).toBe(404);
  });
});

describe('the key', () => {
  test('a wrong one is refused with the message of the Privatemode proxy', async () => {
    const endpoint = await start({ apiKey: 'secret' });
    const refused = await postChat(
      endpoint.url,
      { model: 'gemma-3-27b', ...hello },
      { authorization: 'Bearer wrong' },
    );
    expect(refused.status).toBe(401);
    expect(pick(refused.body, 'error', 'message')).toMatch(/^trying API key/);
  });

  test('the right one is accepted and is not logged', async () => {
    const endpoint = await start({ apiKey: 'secret' });
    const taken = await postChat(
      endpoint.url,
      { model: 'gemma-3-27b', ...hello },
      { authorization: 'Bearer secret' },
    );
    expect(taken.status).toBe(200);
    expect(JSON.stringify(endpoint.requests)).not.toContain('secret');
  });
});

describe('errors of the proxy', () => {
  test('are two events for a client that accepts an event stream', async () => {
    const endpoint = await start();
    const answered = await postChat(endpoint.url, hello, { accept: 'text/event-stream' });
    expect(answered.status).toBe(500);
    expect(answered.text).toMatch(/^event: error\n\ndata: \{"error":.*\}\n\n$/);
  });
});

describe('the log', () => {
  test('keeps body, prompt and status of every request in order', async () => {
    const endpoint = await start();
    await postChat(endpoint.url, { model: 'gemma-3-27b', ...hello });
    await postChat(endpoint.url, { model: 'nope', ...hello });
    expect(endpoint.requests).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        body: { model: 'gemma-3-27b' },
        prompt: '<bos><start_of_turn>user\nHello!<end_of_turn>\n<start_of_turn>model\n',
        status: 200,
      },
      { body: { model: 'nope' }, prompt: undefined, status: 404 },
    ]);
  });

  test('reports that a client disconnected before the end', async () => {
    const endpoint = await start({ faults: [{ kind: 'stall-stream' }] });
    const client = new AbortController();
    const streaming = fetch(`${endpoint.url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'gemma-3-27b', ...hello, stream: true }),
      signal: client.signal,
    }).then((response) => response.text());
    const cut = expect(streaming).rejects.toThrow();
    await endpoint.faults.whenStalled();
    client.abort();
    await cut;
    await endpoint.idle();
    expect(endpoint.requests[0]?.isAborted).toBe(true);
  });
});

describe('a profile', () => {
  test('relaxed makes vLLM accept messages in any order', async () => {
    const endpoint = await start({ profile: 'relaxed' });
    const messages = [...hello.messages, ...hello.messages];
    expect((await postChat(endpoint.url, { model: 'gemma-3-27b', messages })).status).toBe(200);
  });

  test('gemma-3 makes the server without quirks strict', async () => {
    const endpoint = await start({ quirks: 'none', profile: 'gemma-3' });
    const messages = [...hello.messages, ...hello.messages];
    expect((await postChat(endpoint.url, { messages })).status).toBe(400);
  });
});

test('a body that is not a JSON object is refused', async () => {
  const endpoint = await start();
  expect((await postChat(endpoint.url, '[1]')).status).toBe(400);
  expect((await postChat(endpoint.url, '{oops')).status).toBe(400);
});
