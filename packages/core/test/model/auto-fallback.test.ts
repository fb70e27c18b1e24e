import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { findTreeProblem } from '../support/event-tree.ts';
import type { Answer } from '../support/model-server.ts';
import {
  listsModel,
  type RoutedServer,
  refuses,
  repliesCall,
  repliesText,
  startRoutedServer,
} from '../support/routed-server.ts';

const { gemma3 } = profiles;

/** A server that reports that it supports tools. */
const claimsTools = { '/v1/models': listsModel('gemma-3-27b', 'vllm') };

const callAsText = repliesText('[echo(text="one")]');
const answer = repliesText('It said one.');

const start = (...chats: readonly Answer[]) => startRoutedServer(claimsTools, ...chats);

function talk(server: RoutedServer, options: Partial<OpenAICompatibleOptions> = {}) {
  const events: RunEvent[] = [];
  const ran: string[] = [];
  const echo = tool({
    name: 'echo',
    description: 'Says it again.',
    parameters: z.object({ text: z.string() }),
    execute: ({ text }) => {
      ran.push(text);
      return text;
    },
  });
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'gemma-3-27b',
    retry: { maxRetries: 0 },
    ...options,
  });
  const agent = new Agent({ name: 'guide', instructions: 'Be brief.', model, tools: [echo] });
  agent.on('event', (event) => void events.push(event));
  return { agent, events, ran };
}

const changes = (events: readonly RunEvent[]) =>
  events.filter((event) => event.type === 'dialect-changed');

const started = (events: readonly RunEvent[]) =>
  events.flatMap((event) =>
    event.type === 'request-started' ? [`${event.step}.${event.attempt} ${event.dialect}`] : [],
  );

describe('a server that refuses the form of a request', () => {
  test.each([
    ['Ollama', 'registry.ollama.ai/library/gemma3:12b does not support tools', 400],
    ['Google', 'Function calling is not enabled for models/gemma-3-27b-it', 400],
    ['vLLM', '"auto" tool choice requires --enable-auto-tool-choice', 400],
    ['llama.cpp', 'tools param requires --jinja flag', 500],
    ['text-generation-inference', 'Template error: syntax error: bad template', 422],
    ['a strict template', 'Conversation roles must alternate user/assistant/user/...', 500],
    ['no system role', 'Developer instruction is not enabled for models/gemma-3-27b-it', 400],
  ])(
    'gets the request in another form, and the run continues: %s',
    async (_who, message, status) => {
      await using server = await start(refuses(message, status), callAsText, answer);
      const { agent, events, ran } = talk(server);
      const result = await agent.run('Say one.');
      expect(result).toMatchObject({ status: 'completed', output: 'It said one.' });
      expect(ran).toEqual(['one']);
      expect(changes(events)).toMatchObject([
        { why: expect.stringContaining(message.slice(0, 30)) },
      ]);
      expect(findTreeProblem(events)).toBeUndefined();
    },
  );

  test('gets the prompted dialect if it does not support tools, and the events are in order', async () => {
    await using server = await start(refuses('gemma3 does not support tools'), callAsText, answer);
    const { agent, events } = talk(server);
    await agent.run('Say one.');
    const types = events.map(({ type }) => type);
    expect(
      types.slice(types.indexOf('profile-detected'), types.indexOf('dialect-changed') + 2),
    ).toEqual([
      'profile-detected',
      'request-started',
      'request-finished',
      'dialect-changed',
      'request-started',
    ]);
    const closed = events.find(({ type }) => type === 'request-finished');
    expect(closed).toMatchObject({ attempt: 1, finishReason: 'failed' });
    expect(changes(events)).toMatchObject([
      { from: 'native', to: 'prompted', profile: 'gemma-3-strict' },
    ]);
    expect(started(events)).toEqual(['1.1 native', '1.2 prompted', '2.1 prompted']);
  });

  test('never gets the refused form again from the same process', async () => {
    await using server = await start(refuses('does not support tools'), answer);
    await talk(server).agent.run('Hi.');
    const { agent, events } = talk(server);
    await agent.run('Hi again.');
    expect(server.chats).toHaveLength(3);
    expect(changes(events)).toEqual([]);
    expect(events.find(({ type }) => type === 'profile-detected')).toMatchObject({
      dialect: 'prompted',
      why: expect.stringContaining('does not support tools'),
    });
  });

  test('in the middle of a run gets the complete conversation in the other form', async () => {
    await using server = await start(
      repliesCall('echo', { text: 'one' }),
      refuses('Conversation roles must alternate user/assistant/user/assistant/...'),
      answer,
    );
    const { agent, ran } = talk(server);
    const result = await agent.run('Say one.');
    expect(result).toMatchObject({ status: 'completed', output: 'It said one.' });
    expect(ran).toEqual(['one']);
    const last = server.chats.at(-1)?.messages as { role: string; content: string }[];
    expect(last.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
    expect(last[0]?.content).toMatch(/Be brief\.[\s\S]*Say one\./);
    expect(last[1]?.content).toBe('[echo(text="one")]');
    expect(last[2]?.content).toMatch(/<tool_response name="echo" call="1">\none\n/);
  });

  test('that refuses every form fails the run with its last message', async () => {
    await using server = await start(
      refuses('does not support tools'),
      refuses('Conversation roles must alternate user/assistant/...'),
    );
    const { agent, events } = talk(server);
    await expect(agent.run('Hi.')).rejects.toMatchObject({
      code: 'model_refused',
      details: { kind: 'alternation' },
    });
    expect(server.chats).toHaveLength(2);
    expect(changes(events)).toHaveLength(1);
    expect(findTreeProblem(events)).toBeUndefined();
  });

  test('for another reason than the form fails at once', async () => {
    await using server = await start(refuses('trying API key: invalid', 401));
    const { agent, events } = talk(server);
    await expect(agent.run('Hi.')).rejects.toMatchObject({ code: 'model_unauthorized' });
    expect(server.chats).toHaveLength(1);
    expect(changes(events)).toEqual([]);
  });

  test('can also stream in the other form', async () => {
    await using server = await start(refuses('does not support tools'), answer);
    const { agent } = talk(server);
    const run = agent.stream('Hi.');
    let text = '';
    for await (const piece of run.textStream) text += piece;
    expect(text).toBe('It said one.');
  });
});

describe('an answer with a schema', () => {
  const shape = z.object({ n: z.number() });
  const askFor = (server: RoutedServer) => {
    const events: RunEvent[] = [];
    const model = openaiCompatible({ baseURL: server.baseURL, model: 'gemma-3-27b' });
    const agent = new Agent({ name: 'guide', model, output: shape });
    agent.on('event', (event) => void events.push(event));
    return { agent, events };
  };

  test('is requested by the prompt if the server has no JSON mode', async () => {
    await using server = await start(
      refuses('JSON mode is not enabled for models/gemma-3-27b-it'),
      refuses('JSON mode is not enabled for models/gemma-3-27b-it'),
      repliesText('{"n": 4}'),
    );
    const { agent, events } = askFor(server);
    expect(await agent.run('Two and two?')).toMatchObject({ output: { n: 4 } });
    expect(server.chats.map(({ response_format: format }) => format)).toEqual([
      expect.objectContaining({ type: 'json_schema' }),
      { type: 'json_object' },
      undefined,
    ]);
    expect(changes(events)).toHaveLength(2);
    expect(findTreeProblem(events)).toBeUndefined();
  });
});

describe('a conversation that changed its dialect', () => {
  test('keeps its dialect when it is resumed on a server that supports more', async () => {
    await using first = await start(refuses('does not support tools'), callAsText, answer);
    await using second = await start(answer);
    const stopped = await talk(first).agent.run('Say one.', { limits: { maxSteps: 1 } });
    expect(stopped.status).toBe('stopped');
    expect(stopped.state.lastDialect).toEqual({
      profile: 'gemma-3-strict',
      dialect: 'prompted',
    });
    const { agent, events } = talk(second);
    const resumed = agent.resume(JSON.parse(JSON.stringify(stopped.state)), {
      limits: { maxSteps: 5 },
    });
    for await (const _event of resumed);
    expect(await resumed.result).toMatchObject({ status: 'completed', output: 'It said one.' });
    expect(started(events)).toEqual(['2.1 prompted']);
    expect(second.chats[0]).not.toHaveProperty('tools');
  });

  test('changes its dialect and reports it when it is resumed on a server that supports less', async () => {
    await using first = await start(repliesCall('echo', { text: 'one' }));
    await using second = await startRoutedServer({}, answer);
    const stopped = await talk(first).agent.run('Say one.', { limits: { maxSteps: 1 } });
    const { agent, events } = talk(second);
    const resumed = agent.resume(JSON.parse(JSON.stringify(stopped.state)), {
      limits: { maxSteps: 5 },
    });
    for await (const _event of resumed);
    expect(changes(events)).toMatchObject([{ from: 'native', to: 'prompted' }]);
    expect(started(events)).toEqual(['2.1 prompted']);
    expect(findTreeProblem(events)).toBeUndefined();
  });
});

describe('the options of the program are not changed', () => {
  test.each([
    ['profile', { profile: gemma3 }],
    ['dialect', { dialect: 'native' }],
  ] as const)(
    'the error of a model with the option `%s` names the option that helps',
    async (_name, options) => {
      await using server = await start(refuses('gemma3 does not support tools'));
      const { agent, events } = talk(server, options);
      await expect(agent.run('Hi.')).rejects.toThrow(/dialect: 'prompted'/);
      expect(server.chats).toHaveLength(1);
      expect(changes(events)).toEqual([]);
    },
  );
});
