import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { findTreeProblem } from '../support/event-tree.ts';
import type { Answer } from '../support/model-server.ts';
import {
  listsModel,
  refuses,
  repliesCall,
  repliesText,
  startRoutedServer,
} from '../support/routed-server.ts';

const id = 'small-model';
const pages = { '/v1/models': listsModel(id, 'vllm') };
const start = (...chats: readonly Answer[]) => startRoutedServer(pages, ...chats);

const calls = (city: string) =>
  repliesText(JSON.stringify({ calls: [{ name: 'get_weather', arguments: { city } }] }));
const answers = (answer: string) => repliesText(JSON.stringify({ answer }));
const native = repliesCall('get_weather', { city: 'Oslo' });

interface Options {
  readonly model?: Partial<OpenAICompatibleOptions>;
  readonly agent?: Partial<AgentOptions<unknown>>;
}

function talk(baseURL: string, { model, agent: more }: Options = {}) {
  const events: RunEvent[] = [];
  const ran: string[] = [];
  const weather = tool({
    name: 'get_weather',
    description: 'Weather of a city.',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => {
      ran.push(city);
      return `4 degrees in ${city}`;
    },
  });
  const agent = new Agent({
    tools: [weather],
    ...more,
    name: 'guide',
    model: openaiCompatible({ baseURL, model: id, retry: { maxRetries: 0 }, ...model }),
  });
  agent.on('event', (event) => void events.push(event));
  const dialects = () =>
    events.flatMap((each) => (each.type === 'request-started' ? [each.dialect] : []));
  const changes = () => events.filter(({ type }) => type === 'dialect-changed');
  return { agent, events, ran, dialects, changes };
}

describe('a reply that shows that the dialect does not suit the model', () => {
  test.each<[string, readonly Answer[], string]>([
    [
      'describes a call',
      [repliesText('To find out, you can use the `get_weather` function with Oslo.')],
      'described a call',
    ],
    [
      'looks like a call that cannot be read',
      [repliesText('{"name": "get_weather", "arguments": {"city": "Oslo"')],
      'can be read',
    ],
    ['is empty twice', [repliesText(''), repliesText('')], 'empty'],
  ])('because it %s is asked for again in the guided dialect', async (_why, bad, reason) => {
    await using server = await start(...bad, calls('Oslo'), repliesText('4 degrees.'));
    const { agent, events, ran, dialects, changes } = talk(server.baseURL);
    const result = await agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
    expect(ran).toEqual(['Oslo']);
    expect(dialects().slice(-2)).toEqual(['guided', 'native']);
    expect(changes()).toMatchObject([
      { from: 'native', to: 'guided', why: expect.stringContaining(reason) },
    ]);
    expect(findTreeProblem(events)).toBeUndefined();
  });

  test('because it is empty after a result is asked for again in the guided dialect', async () => {
    await using server = await start(native, repliesText(''), answers('4 degrees.'));
    const { agent, dialects } = talk(server.baseURL);
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: '4 degrees.' });
    expect(dialects()).toEqual(['native', 'native', 'guided']);
  });

  test('because it repeats the call that was just answered is not run again', async () => {
    await using server = await start(native, native, answers('4 degrees.'));
    const { agent, ran, changes } = talk(server.baseURL);
    const result = await agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ output: '4 degrees.' });
    expect(ran).toEqual(['Oslo']);
    const calls = expect.stringMatching(/^get_weather\(.*Oslo.*\)$/);
    expect(result.fixes).toMatchObject([{ kind: 'asked-again', text: calls }]);
    expect(changes()).toMatchObject([{ why: expect.stringContaining('repeated') }]);
  });

  test('makes the endpoint stay guided the second time, also for other agents', async () => {
    const vague = repliesText('Use the `get_weather` tool.');
    await using server = await start(vague, calls('Oslo'), repliesText(''), answers('4 degrees.'));
    const first = talk(server.baseURL);
    const result = await first.agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
    expect(first.dialects()).toEqual(['native', 'guided', 'native', 'guided']);
    expect(result.state).toMatchObject({ doubts: 2, lastDialect: { dialect: 'guided' } });
    const second = talk(server.baseURL);
    await second.agent.run('And now?');
    expect(second.dialects()).toEqual(['guided']);
  });

  test('is a part of the state, so that a resumed run stays guided', async () => {
    const vague = repliesText('Use the `get_weather` tool.');
    await using server = await start(
      vague,
      calls('Oslo'),
      repliesText(''),
      calls('Bergen'),
      answers('Cold.'),
    );
    const { agent } = talk(server.baseURL);
    const stopped = await agent.run('How warm is Oslo?', { limits: { maxSteps: 2 } });
    await using other = await start(answers('Cold.'));
    const resumed = talk(other.baseURL);
    const end = await resumed.agent.resume(JSON.parse(JSON.stringify(stopped.state))).result;
    expect(end).toMatchObject({ status: 'completed', output: 'Cold.' });
    expect(resumed.dialects()).toEqual(['guided']);
  });

  test('does not change the dialect if the server refuses a grammar', async () => {
    await using server = await start(
      repliesText('Use the `get_weather` tool.'),
      refuses('response_format is not supported'),
      repliesText('It is 4 degrees.'),
    );
    const { agent, dialects } = talk(server.baseURL);
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: 'It is 4 degrees.' });
    expect(dialects()).toEqual(['native', 'guided', 'native']);
    await agent.run('And now?');
    expect(dialects().slice(3)).toEqual(['native']);
  });

  test('is accepted if it describes a tool that the user asked about', async () => {
    const text = 'The tool `get_weather` tells you the weather.';
    await using server = await start(repliesText(text));
    const { agent } = talk(server.baseURL);
    expect(await agent.run('What does get_weather do?')).toMatchObject({ output: text });
    expect(server.chats).toHaveLength(1);
  });

  test('never changes a dialect that the program set', async () => {
    await using server = await start(repliesText('Use the `get_weather` tool.'));
    const { agent, dialects } = talk(server.baseURL, { model: { dialect: 'native' } });
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ status: 'completed' });
    expect(dialects()).toEqual(['native']);
  });
});

describe('a run that is stuck after a result', () => {
  test.each([
    'To find this out, you can use the `get_weather` function.',
    'Let me call get_weather for this city.',
    'I need to call get_weather again.',
    'I call get_weather(city="Oslo").\n<tool_result>: {"result": "9 degrees"}',
    "I'll run get_weather(city: 'Oslo') now.",
  ])('is asked in the guided dialect if the reply announces a call: %j', async (text) => {
    await using server = await start(native, repliesText(text), answers('4 degrees.'));
    const { agent, ran, dialects } = talk(server.baseURL);
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: '4 degrees.' });
    expect(ran).toEqual(['Oslo']);
    expect(dialects()).toEqual(['native', 'native', 'guided']);
  });

  test('never ends with an announced call and its arguments as the answer', async () => {
    const call = repliesText('I call get_weather(city="Oslo").');
    await using server = await start(native, call, call);
    const { agent } = talk(server.baseURL, { model: { dialect: 'native' } });
    await expect(agent.run('How warm is Oslo?')).rejects.toMatchObject({
      code: 'model_call_unreadable',
    });
    expect(server.chats).toHaveLength(3);
  });

  test.each([
    'Using get_weather, I found 4 degrees.',
    'I called get_weather(city="Oslo") and it is 4 degrees.',
    'It is 4 degrees (source: get_weather).',
    'To use get_weather for another day, I need the date. Please tell me.',
    `It is 4 degrees. You can call get_weather again.\n${'A long report follows here. '.repeat(20)}`,
  ])('accepts an answer that reports what was called: %j', async (text) => {
    await using server = await start(native, repliesText(text));
    const { agent } = talk(server.baseURL);
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: text });
    expect(server.chats).toHaveLength(2);
  });

  test('asks for the answer without tools if the reply is empty, and reports it', async () => {
    await using server = await start(native, repliesText(''), repliesText('4 degrees.'));
    const { agent } = talk(server.baseURL, { model: { dialect: 'native' } });
    const result = await agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
    expect(result.fixes).toMatchObject([{ kind: 'asked-again' }]);
    expect(server.chats.map((body) => 'tools' in body)).toEqual([true, true, false]);
  });

  test('cannot repeat the call in the guided dialect', async () => {
    await using server = await start(calls('Oslo'), calls('Oslo'), answers('4 degrees.'));
    const { agent, ran } = talk(server.baseURL, { model: { dialect: 'guided' } });
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: '4 degrees.' });
    expect(ran).toEqual(['Oslo']);
    const formats = server.chats.map((body) => JSON.stringify(body.response_format));
    expect(formats.map((format) => format.includes('get_weather'))).toEqual([true, true, false]);
    const prompts = server.chats.map((body) => JSON.stringify(body.messages));
    expect(prompts[2]).toBe(prompts[1]);
  });

  test('asks for the answer without tools before a loop stops the run', async () => {
    await using server = await start(native, native, native, native, repliesText('4 degrees.'));
    const { agent, ran } = talk(server.baseURL, { model: { dialect: 'native' } });
    const result = await agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
    expect(result.fixes).toContainEqual({ kind: 'answered-at-limit', reason: 'loop-detected' });
    expect(ran).toHaveLength(3);
    expect('tools' in (server.chats[4] ?? {})).toBe(false);
  });

  test('continues with tools if the reply to that is another call', async () => {
    const other = repliesCall('get_weather', { city: 'Bergen' });
    await using server = await start(
      ...[native, native, native, native, other, other],
      repliesText('4 degrees in both.'),
    );
    const { agent, ran } = talk(server.baseURL, { model: { dialect: 'native' } });
    const result = await agent.run('How warm is Oslo?');
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees in both.' });
    expect(ran).toEqual(['Oslo', 'Oslo', 'Oslo', 'Bergen']);
  });

  test('may poll a tool that is safe to repeat', async () => {
    const states = ['queued', 'running', 'done'];
    const job = tool({
      name: 'get_job',
      description: 'State of the job.',
      parameters: z.object({}),
      repeat: 'safe',
      execute: () => states.shift() ?? 'done',
    });
    const poll = repliesText('{"calls":[{"name":"get_job","arguments":{}}]}');
    await using server = await start(poll, poll, poll, answers('It is done.'));
    const { agent } = talk(server.baseURL, {
      model: { dialect: 'guided' },
      agent: { tools: [job] },
    });
    expect(await agent.run('Is it done?')).toMatchObject({ output: 'It is done.' });
    expect(states).toEqual([]);
  });
});

describe('an answer that is a call', () => {
  const broken = repliesText('{"name": "get_weather", "arguments": {"city": "Oslo"}');
  test.each<[string, string]>([
    ['JSON with a name and arguments', '{"name": "get_wether", "arguments": {"city": "Oslo"}}'],
    ['a tag of a protocol', '<tool_result>: {"degrees": 4}'],
    ['a line with a tool and its arguments', 'get_weather{"city": "Oslo"}'],
  ])('is asked for again, and then fails: %s', async (_what, text) => {
    await using server = await start(repliesText(text));
    const { agent } = talk(server.baseURL, { model: { dialect: 'prompted' } });
    await expect(agent.run('How warm is Oslo?')).rejects.toMatchObject({
      code: 'model_call_unreadable',
    });
    expect(server.chats).toHaveLength(2);
  });

  test('is not the end if the second reply is an answer', async () => {
    await using server = await start(broken, repliesText('I do not know.'));
    const { agent } = talk(server.baseURL, { model: { dialect: 'native' } });
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: 'I do not know.' });
  });

  test.each(['native', 'prompted'] as const)(
    'is missing if a forced call gets text twice: %s',
    async (dialect) => {
      await using server = await start(repliesText('It is cold.'));
      const { agent } = talk(server.baseURL, {
        model: { dialect },
        agent: { toolChoice: 'required' },
      });
      await expect(agent.run('How warm is Oslo?')).rejects.toMatchObject({
        code: 'model_call_missing',
      });
      expect(server.chats).toHaveLength(2);
    },
  );

  test('may be an answer if it fits the output schema', async () => {
    const text = '{"name": "Oslo", "arguments": {"degrees": 4}}';
    await using server = await start(repliesText(text));
    const { agent } = talk(server.baseURL, {
      agent: {
        output: z.object({ name: z.string(), arguments: z.record(z.string(), z.number()) }),
      } as Partial<AgentOptions<unknown>>,
    });
    expect(await agent.run('How warm is Oslo?')).toMatchObject({ output: { name: 'Oslo' } });
  });
});

describe('Qwen2.5-Coder', () => {
  test.each([
    ['llama.cpp', 'guided'],
    ['vllm', 'native'],
  ])('on %s is %s without a try', async (server, dialect) => {
    const pagesOf = {
      '/v1/models': listsModel('qwen2.5-coder-7b', server === 'vllm' ? 'vllm' : 'llamacpp'),
    };
    await using routed = await startRoutedServer(pagesOf, answers('Hello.'));
    const { agent, dialects } = talk(routed.baseURL, { model: { model: 'qwen2.5-coder-7b' } });
    await agent.run('Hello');
    expect(dialects()[0]).toBe(dialect);
  });

  test('on llama.cpp reads an example with other tools before the first turn, and its calls are those of the conversation', async () => {
    const pagesOf = { '/v1/models': listsModel('qwen2.5-coder-7b', 'llamacpp') };
    await using routed = await startRoutedServer(pagesOf, calls('Oslo'), answers('4 degrees.'));
    const { agent, ran } = talk(routed.baseURL, { model: { model: 'qwen2.5-coder-7b' } });
    const result = await agent.run('How warm is Oslo?');
    expect(ran).toEqual(['Oslo']);
    expect(result.transcript.turns).toHaveLength(4);
    const [first, second] = routed.chats as { messages: { role: string; content: string }[] }[];
    const roles = first?.messages.map(({ role }) => role) ?? [];
    expect(roles[0]).toBe('system');
    expect(roles.slice(1).every((role, place) => role === ['user', 'assistant'][place % 2])).toBe(
      true,
    );
    expect(first?.messages[2]?.content).toContain('"calls"');
    expect(first?.messages.at(-1)).toEqual({ role: 'user', content: 'How warm is Oslo?' });
    expect(second?.messages.slice(0, roles.length)).toEqual(first?.messages);
  });
});
