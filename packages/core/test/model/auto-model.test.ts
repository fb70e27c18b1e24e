import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { privatemode } from '../../src/model/privatemode.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { answersJson } from '../support/model-server.ts';
import {
  listsModel,
  type RoutedServer,
  refuses,
  repliesCall,
  repliesText,
  startRoutedServer,
} from '../support/routed-server.ts';

const { gemma3 } = profiles;

const vllm = { '/v1/models': listsModel('gemma-3-27b', 'vllm', { max_model_len: 32768 }) };

const echo = tool({
  name: 'echo',
  description: 'Says it again.',
  parameters: z.object({ text: z.string() }),
  execute: ({ text }) => text,
});

const modelOf = ({ baseURL }: RoutedServer, model = 'gemma-3-27b') =>
  openaiCompatible({ baseURL, model, retry: { maxRetries: 0 } });

function agentOf(model: ReturnType<typeof modelOf>): { agent: Agent; events: RunEvent[] } {
  const events: RunEvent[] = [];
  const agent = new Agent({ name: 'guide', model, tools: [echo] });
  agent.on('event', (event) => void events.push(event));
  return { agent, events };
}

describe('a model without a profile', () => {
  test('asks its server before the first request and reports the result', async () => {
    await using server = await startRoutedServer(vllm, repliesText('Hello.'));
    const { agent, events } = agentOf(modelOf(server));
    await agent.run('Hi.');
    expect(server.pages).toEqual(['/v1/models']);
    const types = events.map(({ type }) => type);
    expect(types.indexOf('profile-detected')).toBe(types.indexOf('request-started') - 1);
    expect(events.find(({ type }) => type === 'profile-detected')).toMatchObject({
      profile: 'gemma-3',
      dialect: 'native',
      contextWindow: 32_768,
      why: expect.stringMatching(/vLLM/),
    });
  });

  test('reports the profile once in each run, also in a run with several requests', async () => {
    await using server = await startRoutedServer(
      vllm,
      repliesCall('echo', { text: 'a' }),
      repliesText('Done.'),
    );
    const { agent, events } = agentOf(modelOf(server));
    await agent.run('Hi.');
    await agent.run('Hi again.');
    expect(events.filter(({ type }) => type === 'profile-detected')).toHaveLength(2);
    expect(server.pages).toEqual(['/v1/models']);
  });

  test('shares the result with every model object of the same endpoint and model', async () => {
    await using server = await startRoutedServer(vllm, repliesText('Hello.'));
    const runs = [1, 2, 3].map(() => agentOf(modelOf(server)).agent.run('Hi.'));
    await Promise.all(runs);
    await agentOf(modelOf(server)).agent.run('Hi.');
    expect(server.pages).toEqual(['/v1/models']);
    expect(server.chats).toHaveLength(4);
  });

  test('asks for the pages of llama.cpp, Ollama and LM Studio if /models does not identify the server', async () => {
    await using server = await startRoutedServer({}, repliesText('Hello.'));
    await modelOf(server).learnProfile?.(new AbortController().signal);
    expect(server.pages[0]).toBe('/v1/models');
    expect(server.pages.slice(1).sort()).toEqual([
      '/api/show',
      '/api/v0/models',
      '/props?model=gemma-3-27b',
    ]);
  });

  test('uses the page of the server that has one', async () => {
    const shown = {
      model_info: { 'general.architecture': 'gemma3', 'gemma3.context_length': 131_072 },
      capabilities: ['completion'],
      parameters: 'num_ctx 8192',
    };
    await using server = await startRoutedServer({ '/api/show': answersJson(shown) });
    const profile = await modelOf(server).learnProfile?.(new AbortController().signal);
    expect(profile).toMatchObject({ id: 'gemma-3-strict', contextWindow: 8192 });
  });

  test('asks with the configured key, headers and fetch', async () => {
    await using server = await startRoutedServer(vllm, repliesText('Hello.'));
    const fetched: string[] = [];
    const model = openaiCompatible({
      baseURL: `${server.baseURL}?version=2`,
      model: 'gemma-3-27b',
      apiKey: 'k-1',
      headers: { 'x-team': 'blue' },
      fetch: (input, init) => {
        fetched.push(String(input));
        return fetch(input, init);
      },
    });
    await agentOf(model).agent.run('Hi.');
    const [page] = server.requests;
    expect(page?.path).toBe('/v1/models?version=2');
    expect(page?.headers).toMatchObject({
      authorization: 'Bearer k-1',
      'x-team': 'blue',
      'user-agent': 'turnwise',
    });
    expect(fetched[0]).toMatch(/\/models\?version=2$/);
  });

  test('asks again if the server was overloaded', async () => {
    const pages: Record<string, ReturnType<typeof refuses>> = {
      '/v1/models': refuses('busy', 503),
      '/props': refuses('busy', 503),
      '/api/show': refuses('busy', 503),
      '/api/v0/models': refuses('busy', 503),
    };
    await using server = await startRoutedServer(pages, repliesText('Hello.'));
    const model = modelOf(server);
    const { signal } = new AbortController();
    expect(await model.learnProfile?.(signal)).toMatchObject({ id: 'gemma-3-strict' });
    pages['/v1/models'] = vllm['/v1/models'];
    expect(await model.learnProfile?.(signal)).toMatchObject({ id: 'gemma-3' });
  });

  test('asks again after the server was unreachable', async () => {
    let first: number;
    {
      await using server = await startRoutedServer(vllm, repliesText('Hello.'));
      await agentOf(modelOf(server)).agent.run('Hi.');
      first = Number(new URL(server.baseURL).port);
    }
    const model = openaiCompatible({
      baseURL: `http://127.0.0.1:${first}/v1`,
      model: 'gemma-3-27b',
      retry: { maxRetries: 0 },
    });
    const { signal } = new AbortController();
    expect(await model.learnProfile?.(signal)).toMatchObject({ id: 'gemma-3' });
    await expect(agentOf(model).agent.run('Hi.')).rejects.toMatchObject({
      code: 'model_unreachable',
    });
    expect(await model.learnProfile?.(signal)).toMatchObject({ id: 'gemma-3-strict' });
  });

  test('stops asking when its only run is aborted, and leaves no connection', async () => {
    const controller = new AbortController();
    await using server = await startRoutedServer({
      '/v1/models': () => controller.abort(new Error('enough')),
    });
    const learning = modelOf(server).learnProfile?.(controller.signal);
    await expect(learning).rejects.toThrow('enough');
    await server.whenDisconnected();
  });

  test('continues to ask for the other runs when one of several runs is aborted', async () => {
    const controller = new AbortController();
    let answer = () => {};
    const asked = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await using server = await startRoutedServer({
      '/v1/models': async (response, request) => {
        controller.abort(new Error('enough'));
        await asked;
        return vllm['/v1/models'](response, request);
      },
    });
    const model = modelOf(server);
    const aborted = model.learnProfile?.(controller.signal);
    const other = model.learnProfile?.(new AbortController().signal);
    await expect(aborted).rejects.toThrow('enough');
    answer();
    expect(await other).toMatchObject({ id: 'gemma-3' });
  });
});

describe('a model with a known profile', () => {
  test('sends no request other than those of the run', async () => {
    await using server = await startRoutedServer(vllm, repliesText('Hello.'));
    const { baseURL } = server;
    const { agent, events } = agentOf(
      openaiCompatible({ baseURL, model: 'gemma-3-27b', profile: gemma3 }),
    );
    await agent.run('Hi.');
    await agentOf(privatemode('gemma-3-27b', { baseURL })).agent.run('Hi.');
    expect(server.pages).toEqual([]);
    expect(events.map(({ type }) => type)).not.toContain('profile-detected');
  });

  test('can be set by the id of the profile, and an unknown id is refused', async () => {
    await using server = await startRoutedServer(vllm, repliesText('Hello.'));
    const { baseURL } = server;
    const model = openaiCompatible({ baseURL, model: 'gemma', profile: 'gemma-3-strict' });
    await agentOf(model).agent.run('Hi.');
    expect(server.pages).toEqual([]);
    expect(server.chats[0]).not.toHaveProperty('tools');
    const unknown = { baseURL, model: 'gemma', profile: 'gemma-2' as 'gemma-3' };
    expect(() => openaiCompatible(unknown)).toThrow(
      /Unknown profile "gemma-2"\. Known: .*"gemma-3"/,
    );
  });

  test('detects the profile of a new model of Privatemode, with the cache salt of the conversation', async () => {
    await using server = await startRoutedServer(
      { '/v1/models': listsModel('gemma-9', 'vllm', { max_model_len: 1_000_000 }) },
      repliesText('Hello.'),
    );
    const { agent, events } = agentOf(privatemode('gemma-9', { baseURL: server.baseURL }));
    await agent.run('Hi.');
    expect(events.find(({ type }) => type === 'profile-detected')).toMatchObject({
      contextWindow: 1_000_000,
    });
    expect(server.chats[0]?.cache_salt).toEqual(expect.stringMatching(/^[0-9a-f]{64}$/));
  });

  test('uses the option `dialect` on every server', async () => {
    await using server = await startRoutedServer(vllm, repliesText('{"answer":"Hello."}'));
    const model = openaiCompatible({
      baseURL: server.baseURL,
      model: 'gemma-3-27b',
      dialect: 'guided',
    });
    expect(await model.learnProfile?.(new AbortController().signal)).toMatchObject({
      dialect: 'guided',
      contextWindow: 32_768,
    });
    const result = await agentOf(model).agent.run('Hi.');
    expect(result).toMatchObject({ status: 'completed', output: 'Hello.' });
    expect(server.chats[0]).toHaveProperty('response_format');
  });
});
