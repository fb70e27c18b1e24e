import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { stepCountIs, toolWasCalled } from '../../src/run/state/stop-condition.ts';
import { callsTool, callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { Transcript } from '../../src/turns/transcript.ts';

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => a + b,
});

describe('a run', () => {
  test('answers with the text of the model', async () => {
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello!')]) });
    const result = await agent.run('Hi');
    expect(result).toMatchObject({ status: 'completed', output: 'Hello!', text: 'Hello!' });
    expect(result.transcript.awaits).toBe('user');
  });

  test('calls a tool, and the model gets its result', async () => {
    const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), says('3')]);
    const result = await new Agent({ name: 'guide', model, tools: [add] }).run('1 + 2?');
    expect(result).toMatchObject({ status: 'completed', output: '3' });
    expect(model.requests[1]?.transcript.turns.at(-1)).toMatchObject({
      role: 'tool',
      results: [{ status: 'ok', parts: [{ text: '3' }] }],
    });
  });

  test('emits its events in the order of the documented tree', async () => {
    const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), says('3')]);
    const types: RunEvent['type'][] = [];
    const run = new Agent({ name: 'guide', model, tools: [add] }).stream('1 + 2?');
    for await (const { type } of run) types.push(type);
    expect(types).toEqual([
      'run-started',
      'user-turn-added',
      'step-started',
      'request-started',
      'call-delta',
      'request-finished',
      'assistant-turn-added',
      'tool-started',
      'tool-finished',
      'tool-turn-added',
      'step-finished',
      'step-started',
      'request-started',
      'text-delta',
      'request-finished',
      'assistant-turn-added',
      'step-finished',
      'run-finished',
    ]);
  });

  test('has a summary of each step with its requests and calls', async () => {
    const model = scriptedModel([callsTools(['add', { a: 1, b: 2 }], ['sub', {}]), says('3')]);
    const { steps } = await new Agent({ name: 'guide', model, tools: [add] }).run('1 + 2?');
    expect(steps).toMatchObject([
      {
        step: 1,
        requests: 1,
        calls: [
          { name: 'add', status: 'ok' },
          { name: 'sub', status: 'unknown-tool' },
        ],
      },
      { step: 2, requests: 1, calls: [] },
    ]);
  });
});

describe('a conversation', () => {
  test('continues with the transcript of the run before', async () => {
    const model = scriptedModel([says('Hello, Ada.'), says('You are Ada.')]);
    const agent = new Agent({ name: 'guide', model });
    const first = await agent.run('I am Ada.');
    const second = await agent.run('Who am I?', { transcript: first.transcript });
    expect(second.transcript.turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
    expect(first.transcript.turns).toHaveLength(2);
  });

  test('keeps the conversationId of the program for prompt caches', async () => {
    const model = scriptedModel([says('1'), says('2')]);
    const agent = new Agent({ name: 'guide', model });
    const { runId } = await agent.run('One', {});
    await agent.run('Two', { conversationId: 'chat-7' });
    expect(model.requests.map(({ conversationId }) => conversationId)).toEqual([runId, 'chat-7']);
  });

  test('with unanswered calls gets cancelled results, and a fix reports them', async () => {
    const open = Transcript.empty()
      .user('Add.')
      .assistant({
        role: 'assistant',
        kind: 'calls',
        calls: [{ id: '1.0', name: 'add', arguments: { a: 1, b: 1 } }],
      });
    const model = scriptedModel([says('Never mind.')]);
    const run = new Agent({ name: 'guide', model }).stream('Stop.', {
      transcript: open,
      openCalls: 'cancel',
    });
    const types: RunEvent['type'][] = [];
    for await (const { type } of run) types.push(type);
    expect(types.slice(0, 4)).toEqual([
      'run-started',
      'turn-fixed',
      'tool-turn-added',
      'input-steered',
    ]);
    const result = await run.result;
    expect(result.fixes).toEqual([{ kind: 'answered-calls', names: ['add'] }]);
    expect(result.transcript.turns[2]).toMatchObject({
      role: 'tool',
      results: [{ status: 'cancelled' }],
      inputs: [{ parts: [{ text: 'Stop.' }] }],
    });
  });
});

describe('a run is stopped by', () => {
  const calling = () => [
    callsTool('add', { a: 1, b: 1 }),
    callsTool('add', { a: 2, b: 2 }),
    says('4'),
  ];

  test('maxSteps, and the conversation can continue from there', async () => {
    const agent = new Agent({ name: 'guide', model: scriptedModel(calling()), tools: [add] });
    const stopped = await agent.run('Add.', { limits: { maxSteps: 2 } });
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'max-steps', partialText: '' });
    const result = await agent.resume(stopped.state, { limits: { maxSteps: 3 } }).result;
    expect(result).toMatchObject({ status: 'completed', output: '4' });
  });

  test.each([
    ['a number of steps', stepCountIs(1)],
    ['a call of a tool', [toolWasCalled('sub'), toolWasCalled('add')]],
    ['an asynchronous condition of the program', async () => await Promise.resolve(true)],
  ])('stopWhen stops it after %s', async (_what, stopWhen) => {
    const agent = new Agent({ name: 'guide', model: scriptedModel(calling()), tools: [add] });
    const stopped = await agent.run('Add.', { stopWhen });
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'stop-when' });
    expect(stopped.steps).toHaveLength(1);
  });
});

describe('toolChoice', () => {
  test('a forced choice ends with its call, so that the model can answer', async () => {
    const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), says('3')]);
    const agent = new Agent({ name: 'guide', model, tools: [add], toolChoice: { tool: 'add' } });
    expect(await agent.run('1 + 2?')).toMatchObject({ status: 'completed' });
    const choices = model.requests.map((request) => request.phase === 'act' && request.toolChoice);
    expect(choices).toEqual([{ tool: 'add' }, 'auto']);
  });

  test('a forced tool that is not offered now is not forced', async () => {
    const off = tool({
      name: 'off',
      description: 'A tool.',
      parameters: z.object({}),
      isEnabled: false,
      execute: () => 'ran',
    });
    const model = scriptedModel([says('No.')]);
    const agent = new Agent({ name: 'a', model, tools: [add, off], toolChoice: { tool: 'off' } });
    await agent.run('Go.');
    expect(model.requests[0]).toMatchObject({ toolChoice: 'auto' });
  });

  test('none offers no tools, and a call does not run', async () => {
    const execute = jest.fn(() => 'ran');
    const spy = tool({ name: 'spy', description: 'A tool.', parameters: z.object({}), execute });
    const model = scriptedModel([callsTool('spy'), says('Fine.')]);
    const agent = new Agent({ name: 'a', model, tools: [spy], toolChoice: 'none' });
    expect(await agent.run('Go.')).toMatchObject({ status: 'completed', output: 'Fine.' });
    expect(model.requests[0]).toMatchObject({ phase: 'answer' });
    expect(execute).not.toHaveBeenCalled();
  });
});

describe('the context of the program', () => {
  const context = { user: 'Ada', isAdmin: false };
  type Context = typeof context;
  const admin = tool({
    name: 'wipe',
    description: 'A tool.',
    parameters: z.object({}),
    isEnabled: ({ isAdmin }: Context) => Promise.resolve(isAdmin),
    execute: () => 'ran',
  });
  const greet = tool({
    name: 'greet',
    description: 'A tool.',
    parameters: z.object({}),
    execute: (_input, { context: { user } }: { context: Context }) => `Hello ${user}`,
  });

  test('reaches instructions, tools and isEnabled', async () => {
    const model = scriptedModel([callsTools(['greet', {}], ['wipe', {}]), says('Done.')]);
    const agent = new Agent<Context>({
      name: 'guide',
      model,
      instructions: async ({ user }) => await Promise.resolve(`Speak to ${user}.`),
      tools: [admin, greet],
    });
    const result = await agent.run('Go.', { context });
    expect(model.requests[0]?.instructions).toBe('Speak to Ada.');
    expect(model.requests[0]?.tools?.map(({ name }) => name)).toEqual(['greet']);
    expect(result.transcript.turns[2]).toMatchObject({
      results: [{ status: 'ok', parts: [{ text: 'Hello Ada' }] }, { status: 'unknown-tool' }],
    });
  });

  test('a function of the program that throws fails the run with its error as the cause', async () => {
    const cause = new Error('The database is gone.');
    const agent = new Agent({
      name: 'guide',
      model: scriptedModel([]),
      instructions: () => Promise.reject(cause),
    });
    await expect(agent.run('Go.')).rejects.toMatchObject({ code: 'run_failed', cause });
  });
});
