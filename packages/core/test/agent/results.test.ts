import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { callsTool, callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { type Answer, answersJson, startModelServer } from '../support/model-server.ts';
import { readEvents } from '../support/read-events.ts';

const double = tool({
  name: 'double',
  description: 'Doubles.',
  parameters: z.object({ n: z.number() }),
  execute: ({ n }) => ({ forModel: n * 2, forApp: { shown: `${n * 2}` } }),
});

const pay = tool({
  name: 'pay',
  description: 'Pays.',
  parameters: z.object({ n: z.number() }),
  needsApproval: true,
  execute: ({ n }) => `paid ${n}`,
});

const usage = {
  prompt_tokens: 1_000,
  completion_tokens: 10,
  prompt_tokens_details: { cached_tokens: 600 },
};

function replies(message: object, more: object = { usage }) {
  const whole = { role: 'assistant', content: null, ...message };
  const reason = 'tool_calls' in message ? 'tool_calls' : 'stop';
  return answersJson({ choices: [{ index: 0, message: whole, finish_reason: reason }], ...more });
}

function callOf(name: string, n: number) {
  return {
    tool_calls: [
      { id: 'x', type: 'function', function: { name, arguments: JSON.stringify({ n }) } },
    ],
  };
}

/** 400 fresh tokens at 10, 600 cached ones at 1, 10 written ones at 100, per million. */
const prices = { m: { input: 10, cachedInput: 1, output: 100 } };
const costOfOne = (400 * 10 + 600 * 1 + 10 * 100) / 1_000_000;

async function agentOn(...answers: readonly Answer[]) {
  const server = await startModelServer(...answers);
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'qwen-3' });
  const agent = new Agent({ name: 'a', model, tools: [double, pay] });
  return { agent, server };
}

function costsOf(events: readonly RunEvent[]) {
  return events.flatMap((event) =>
    event.type === 'step-finished' || event.type === 'run-finished' ? [event.cost] : [],
  );
}

describe('the cost of a run', () => {
  test('is in the result and in the events of its steps, and cached tokens are paid once', async () => {
    const { agent, server } = await agentOn(
      replies(callOf('double', 2)),
      replies({ content: 'Four.' }),
    );
    await using _ = server;
    const run = agent.stream('Double 2.', { limits: { prices } });
    const { events } = await readEvents(run);
    const { cost } = await run.result;
    expect(cost).toBeCloseTo(2 * costOfOne, 12);
    expect(costsOf(events)).toEqual([costOfOne, costOfOne, cost]);
  });

  test('is missing if the model has no price', async () => {
    const { agent, server } = await agentOn(replies({ content: 'Hi.' }));
    await using _ = server;
    const result = await agent.run('Hi', { limits: { prices: { other: prices.m } } });
    expect(result.cost).toBeUndefined();
    expect((await agent.run('Hi')).cost).toBeUndefined();
  });

  test('continues over a pause, and counts each model at its own price', async () => {
    const first = await agentOn(replies(callOf('pay', 5)));
    const second = await startModelServer(replies({ content: 'Paid.' }));
    await using _ = first.server;
    await using __ = second;
    const paused = await first.agent.run('Pay 5.', { limits: { prices } });
    expect(paused.cost).toBeCloseTo(costOfOne, 12);
    const model = openaiCompatible({ baseURL: second.baseURL, model: 'big', profile: 'qwen-3' });
    const agent = new Agent({ name: 'a', model, tools: [pay] });
    const [call] = paused.status === 'paused' ? paused.waiting : [];
    const decisions = { [call?.callId ?? '']: { kind: 'approve' } as const };
    const saved = JSON.parse(JSON.stringify(paused.state));
    const both = { ...prices, big: { input: 1_000, output: 0 } };
    const result = await agent.resume(saved, { decisions, limits: { prices: both } }).result;
    expect(result.cost).toBeCloseTo(costOfOne + 1, 12);
    const known = await agent.resume(saved, { decisions, limits: { prices: { big: both.big } } })
      .result;
    expect(known.cost).toBeUndefined();
  });

  test('uses an estimate for tokens that the server does not count', async () => {
    const { agent, server } = await agentOn(replies({ content: 'Hi there.' }, {}));
    await using _ = server;
    const result = await agent.run('Hi', { limits: { prices } });
    expect(result.usage.inputTokens).toBe(0);
    expect(result.cost).toBeGreaterThan(0);
  });
});

describe('the steps of a result', () => {
  test('have each call with its arguments, its status and its result', async () => {
    const model = scriptedModel([
      callsTools(['double', { n: 2 }], ['double', { n: 'x' }]),
      callsTool('double', { n: 3 }),
      says('Done.'),
    ]);
    const { steps } = await new Agent({ name: 'a', model, tools: [double] }).run('Go.');
    expect(steps).toMatchObject([
      {
        step: 1,
        calls: [
          {
            id: '1.0',
            name: 'double',
            arguments: { n: 2 },
            status: 'ok',
            result: { parts: [{ text: '4' }], forApp: { shown: '4' } },
          },
          { id: '1.1', arguments: { n: 'x' }, status: 'invalid-arguments' },
        ],
      },
      { step: 2, calls: [{ id: '3.0', arguments: { n: 3 }, result: { parts: [{ text: '6' }] } }] },
      { step: 3, calls: [] },
    ]);
  });

  test('are those of the run, not of the conversation before it, and survive a pause', async () => {
    const model = scriptedModel([
      callsTool('double', { n: 1 }),
      says('2'),
      callsTool('pay', { n: 9 }),
      says('Paid.'),
    ]);
    const agent = new Agent({ name: 'a', model, tools: [double, pay] });
    const { transcript } = await agent.run('Double 1.');
    const paused = await agent.run('Pay 9.', { transcript });
    expect(paused.steps).toEqual([]);
    const [call] = paused.status === 'paused' ? paused.waiting : [];
    const decisions = { [call?.callId ?? '']: { kind: 'approve' } as const };
    const { steps } = await agent.resume(JSON.parse(JSON.stringify(paused.state)), { decisions })
      .result;
    expect(steps).toMatchObject([
      { calls: [{ name: 'pay', arguments: { n: 9 }, result: { parts: [{ text: 'paid 9' }] } }] },
      { calls: [] },
    ]);
  });
});

test('the event of a stopped run has the reason, and that of a completed run has none', async () => {
  const stopping = new Agent({
    name: 'a',
    model: scriptedModel([callsTool('double', { n: 1 }), says('Done.')]),
    tools: [double],
  });
  const stopped = await readEvents(stopping.stream('Go.', { limits: { maxSteps: 1 } }));
  expect(stopped.events.at(-1)).toMatchObject({ status: 'stopped', reason: 'max-steps' });
  const completing = new Agent({ name: 'a', model: scriptedModel([says('Done.')]) });
  const completed = await readEvents(completing.stream('Go.'));
  expect(completed.events.at(-1)).toMatchObject({ status: 'completed' });
  expect(completed.events.at(-1)).not.toHaveProperty('reason');
});

test('observe.messages puts the messages that are sent on request-started, and changes nothing that is sent', async () => {
  const { agent, server } = await agentOn(
    replies(callOf('double', 2)),
    replies({ content: 'Four.' }),
  );
  await using _ = server;
  const promptsOf = async (observe?: { readonly messages: boolean }) => {
    const { events } = await readEvents(agent.stream('Double 2.', { observe }));
    return events.flatMap((event) => (event.type === 'request-started' ? [event.prompt] : []));
  };
  const prompts = await promptsOf({ messages: true });
  expect(prompts).toEqual(server.requests.map(({ body }) => body.messages));
  expect(await promptsOf()).toEqual([undefined]);
});
