import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunTuning } from '../../src/agent/agent-options.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import type { RunLimits } from '../../src/run/state/run-limits.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { plainJson } from '../support/play-scenario.ts';
import { rawCalls, rawText, type WireReply } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

let counted = 0;

/** Its result is never the same, so that the loop guard does not stop the run. */
const count = tool({
  name: 'count',
  description: 'Counts on.',
  parameters: z.object({}),
  execute: () => {
    counted += 1;
    return counted;
  },
});

const callsCount = rawCalls([['count', '{}']]);
const callsTwice = rawCalls([
  ['count', '{}'],
  ['count', '{}'],
]);

/** Every reply of the server has 10 tokens of input, one of them cached, and 3 of output. */
function countingAgent(limits: Partial<RunLimits>, afterwards: WireReply = callsCount) {
  counted = 0;
  return wireAgent([], { tools: [count], afterwards, limits });
}

const prices = { scripted: { input: 100_000, output: 1_000_000, cachedInput: 0 } };

describe('a run stops', () => {
  test.each<[keyof RunLimits, number, string, number]>([
    ['maxSteps', 3, 'max-steps', 3],
    ['maxRequests', 3, 'max-requests', 3],
    ['maxToolCalls', 3, 'max-tool-calls', 3],
    ['maxInputTokens', 35, 'max-input-tokens', 4],
    ['maxOutputTokens', 9, 'max-output-tokens', 3],
    ['maxTotalTokens', 50, 'max-total-tokens', 4],
    // 9 fresh tokens at 0.1 and 3 at 1 are 3.9 for each request.
    ['maxCost', 10, 'max-cost', 3],
  ])('at %s of %s, as %s, after %s requests', async (limit, max, reason, requests) => {
    const { agent, transport } = countingAgent({ [limit]: max, prices });
    const result = await agent.run('Count.');
    expect(result).toMatchObject({ status: 'stopped', reason });
    expect(transport.requests).toHaveLength(requests);
    // The last step is complete: no call is open and no result is lost.
    expect(result.transcript.awaits).toBe('assistant');
    expect(counted).toBe(requests);
  });

  test('at maxWallTimeMs, also inside of a tool, with the reason', async () => {
    const waits = tool({
      name: 'waits',
      description: 'Waits for the end.',
      parameters: z.object({}),
      execute: (_, { signal }) =>
        new Promise<string>((resolve) => {
          signal.addEventListener('abort', () => resolve('late'), { once: true });
        }),
    });
    const model = scriptedModel([callsTool('waits')]);
    const agent = new Agent({ name: 'slow', model, tools: [waits], limits: { maxWallTimeMs: 30 } });
    const result = await agent.run('Wait.');
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
    expect(result.transcript.awaits).toBe('assistant');
  });

  test('not, if the last allowed step gives the answer', async () => {
    const { agent } = wireAgent([callsCount, rawText('Done.')], {
      tools: [count],
      limits: { maxSteps: 2, maxRequests: 2, maxOutputTokens: 6 },
    });
    expect(await agent.run('Count.')).toMatchObject({ status: 'completed', output: 'Done.' });
  });

  test('without running the calls beyond the limit; they have results too', async () => {
    const { agent } = countingAgent({ maxToolCalls: 3 }, callsTwice);
    const result = await agent.run('Count.');
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-tool-calls' });
    expect(counted).toBe(3);
    const statuses = result.steps.map(({ calls }) => calls.map(({ status }) => status));
    expect(statuses).toEqual([
      ['ok', 'ok'],
      ['ok', 'cancelled'],
    ]);
  });
});

describe('a limit that is nearly reached', () => {
  async function nearLimits(tuning: RunTuning): Promise<RunEvent[]> {
    const { agent } = countingAgent({});
    const events: RunEvent[] = [];
    for await (const event of agent.stream('Count.', tuning)) events.push(event);
    return events.filter(({ type }) => type === 'limit-neared');
  }

  test('is reported once, at 80 %', async () => {
    expect(await nearLimits({ limits: { maxSteps: 10 } })).toEqual([
      expect.objectContaining({ limit: 'maxSteps', used: 8, max: 10, step: 8 }),
    ]);
  });

  test('is reported for each limit', async () => {
    const near = await nearLimits({
      limits: { maxSteps: 10, maxInputTokens: 50, maxCost: 1_000, prices },
    });
    expect(near).toEqual([
      expect.objectContaining({ limit: 'maxInputTokens', used: 40, max: 50, step: 4 }),
    ]);
  });

  test('is not reported again by a run that continues from its JSON', async () => {
    const { agent } = countingAgent({ maxSteps: 5 });
    const first = await agent.run('Count.', { stopWhen: ({ step }) => step === 4 });
    expect(first.state.nearLimits).toEqual(['maxSteps']);
    const types: string[] = [];
    for await (const { type } of agent.resume(plainJson(first.state))) types.push(type);
    expect(types).not.toContain('limit-neared');
    expect(types.at(-1)).toBe('run-finished');
  });
});

describe('the model answers at a limit, with onLimit: answer', () => {
  test('from what it has, without tools, and a fix reports it', async () => {
    const { agent, transport } = wireAgent([callsCount, callsCount, rawText('It was 2.')], {
      tools: [count],
      limits: { maxSteps: 2, onLimit: 'answer' },
    });
    const result = await agent.run('Count.');
    expect(result).toMatchObject({
      status: 'completed',
      output: 'It was 2.',
      fixes: [{ kind: 'answered-at-limit', reason: 'max-steps' }],
    });
    expect(transport.requests.map(({ body }) => body.tools?.length)).toEqual([1, 1, undefined]);
  });

  test('with the output schema', async () => {
    const { agent } = wireAgent([callsCount, rawText('{"last":1}')], {
      tools: [count],
      output: z.object({ last: z.number() }),
      limits: { maxRequests: 1, onLimit: 'answer' },
    });
    expect(await agent.run('Count.')).toMatchObject({ output: { last: 1 } });
  });

  test('once: a call instead of the answer does not run, and the run stops', async () => {
    const { agent, transport } = countingAgent({ maxRequests: 2, onLimit: 'answer' });
    const result = await agent.run('Count.');
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-requests' });
    expect(transport.requests).toHaveLength(3);
    expect(counted).toBe(2);
  });

  test('and may call tools again after the limits are raised', async () => {
    const { agent, transport } = countingAgent({ maxRequests: 2, onLimit: 'answer' });
    const stopped = await agent.run('Count.');
    const limits = { maxRequests: 5 };
    const result = await agent.resume(plainJson(stopped.state), { limits }).result;
    expect(result).toMatchObject({ status: 'stopped' });
    expect(transport.requests.at(3)?.body.tools).toHaveLength(1);
  });
});

describe('a run that is resumed from its JSON', () => {
  test('keeps every count', async () => {
    const { agent, transport } = countingAgent({ maxToolCalls: 6 });
    const first = await agent.run('Count.', { stopWhen: ({ step }) => step === 4 });
    expect(first).toMatchObject({ status: 'stopped', reason: 'stop-when' });
    const second = await agent.resume(plainJson(first.state)).result;
    expect(second).toMatchObject({
      status: 'stopped',
      reason: 'max-tool-calls',
      usage: { inputTokens: 60, outputTokens: 18, cachedInputTokens: 6 },
    });
    expect(transport.requests).toHaveLength(6);
    expect(second.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('stops at once if its limit is used up', async () => {
    const { agent, transport } = countingAgent({ maxCost: 7, prices });
    const first = await agent.run('Count.');
    const second = await agent.resume(plainJson(first.state)).result;
    expect([first, second]).toMatchObject([{ reason: 'max-cost' }, { reason: 'max-cost' }]);
    expect(transport.requests).toHaveLength(2);
  });
});

describe('limits that cannot work are refused before anything is sent', () => {
  const nonsense: [string, RunTuning][] = [
    ...(
      [
        'maxSteps',
        'maxRequests',
        'maxToolCalls',
        'maxInputTokens',
        'maxOutputTokens',
        'maxTotalTokens',
        'maxWallTimeMs',
        'maxCost',
      ] as const
    ).flatMap((limit) =>
      [0, -1, Number.NaN].map((value): [string, RunTuning] => [
        `${limit} of ${value}`,
        { limits: { [limit]: value, prices } },
      ]),
    ),
    ['half a step', { limits: { maxSteps: 1.5 } }],
    ['a cost without prices', { limits: { maxCost: 1 } }],
    ['prices without the model', { limits: { maxCost: 1, prices: { other: prices.scripted } } }],
    [
      'a price that is not a number',
      { limits: { maxCost: 1, prices: { scripted: { input: Number.NaN, output: 1 } } } },
    ],
    [
      'a price below zero',
      { limits: { maxCost: 1, prices: { scripted: { input: 1, output: -1 } } } },
    ],
    ['an unknown onLimit', { limits: { onLimit: 'explode' as 'stop' } }],
    ['an unknown finalAnswer', { finalAnswer: 'never' as 'inline' }],
    ['maxRepeats of -1', { limits: { maxRepeats: -1 } }],
  ];

  test.each(nonsense)('%s', (_, tuning) => {
    const refused = expect.objectContaining({ code: 'invalid_options' });
    expect(() => wireAgent([], tuning)).toThrow(refused);
    const { agent, transport } = wireAgent([]);
    expect(() => agent.stream('Hi', tuning)).toThrow(refused);
    expect(transport.requests).toHaveLength(0);
  });

  test('a cost limit of the run may use the prices of the agent', async () => {
    const { agent } = countingAgent({ prices });
    const result = await agent.run('Count.', { limits: { maxCost: 3 } });
    expect(result).toMatchObject({ reason: 'max-cost' });
  });

  test('prices of the run may not remove the price that a limit of the agent needs', async () => {
    const { agent } = countingAgent({ maxCost: 1, prices });
    await expect(agent.run('Count.', { limits: { prices: {} } })).rejects.toMatchObject({
      code: 'invalid_options',
    });
  });
});

test('repeated requests count, and so do those for a corrected answer', async () => {
  const model = scriptedModel([says('No.'), says('No.'), says('No.')]);
  const agent = new Agent({
    name: 'typed',
    model,
    output: z.object({}),
    limits: { maxRequests: 2 },
  });
  expect(await agent.run('Hi')).toMatchObject({ status: 'stopped', reason: 'max-requests' });
  expect(model.requests).toHaveLength(2);
});
