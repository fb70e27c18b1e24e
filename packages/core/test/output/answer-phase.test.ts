import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { rawCalls, rawText } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const { gemma3, gemma3Strict } = profiles;

const output = z.object({ sum: z.number() });

function countingTool() {
  const ran: unknown[] = [];
  const add = tool({
    name: 'add',
    description: 'Adds two numbers.',
    parameters: z.object({ a: z.number(), b: z.number() }),
    execute: (input) => {
      ran.push(input);
      return input.a + input.b;
    },
  });
  return { add, ran };
}

const callsAdd = rawCalls([['add', '{"a":1,"b":2}']]);
const writesAdd = rawText('[add(a=1, b=2)]');

describe('a reply to an answer request that calls a tool', () => {
  test.each([
    ['as a call', gemma3, callsAdd],
    ['as text', gemma3, writesAdd],
    ['as text, prompted', gemma3Strict, writesAdd],
  ] as const)('does not run, and the next step offers the tools: %s', async (_, profile, stray) => {
    const { add, ran } = countingTool();
    const script = [rawText('Three.'), stray, stray, rawText('{"sum":3}')];
    const { agent, transport } = wireAgent(script, { profile, tools: [add], output });
    const result = await agent.run('1 + 2?');
    expect(result).toMatchObject({ status: 'completed', output: { sum: 3 } });
    expect(result.fixes).toContainEqual({
      kind: 'dropped-calls',
      names: ['add'],
      text: expect.stringContaining('add'),
    });
    // The stray call came second; the call that ran came after tools were offered.
    expect(ran).toHaveLength(1);
    expect(transport.requests).toHaveLength(4);
    expect(result.steps.map(({ calls }) => calls.length)).toEqual([0, 1, 0]);
  });

  test('is an invalid output if no step is left', async () => {
    const { add, ran } = countingTool();
    const { agent } = wireAgent([rawText('Three.')], {
      tools: [add],
      output,
      afterwards: callsAdd,
      limits: { maxSteps: 1 },
    });
    await expect(agent.run('1 + 2?')).rejects.toMatchObject({ code: 'output_invalid' });
    expect(ran).toEqual([]);
  });

  test('ends at the limit of steps if the model does nothing else', async () => {
    const { add, ran } = countingTool();
    const turn = [rawText('Three.'), callsAdd];
    const { agent } = wireAgent([...turn, ...turn, ...turn, ...turn], {
      tools: [add],
      output,
      afterwards: callsAdd,
      limits: { maxSteps: 3 },
    });
    await expect(agent.run('1 + 2?')).rejects.toMatchObject({ code: 'output_invalid' });
    expect(ran).toEqual([]);
  });
});

describe('a separate final answer', () => {
  test('is requested without tools when the model is ready', async () => {
    const { add } = countingTool();
    const script = [callsAdd, rawText('READY'), rawText('The sum is 3.')];
    const { agent, transport } = wireAgent(script, { tools: [add], finalAnswer: 'separate' });
    const result = await agent.run('1 + 2?');
    expect(result).toMatchObject({ status: 'completed', output: 'The sum is 3.', fixes: [] });
    expect(transport.requests.map(({ body }) => body.tools?.length)).toEqual([1, 1, undefined]);
  });

  test('reports other text next to the word READY', async () => {
    const { add } = countingTool();
    const script = [rawText('It must be 3.'), rawText('The sum is 3.')];
    const { agent } = wireAgent(script, { tools: [add], finalAnswer: 'separate' });
    expect(await agent.run('1 + 2?')).toMatchObject({
      output: 'The sum is 3.',
      fixes: [{ kind: 'dropped-text', text: 'It must be 3.' }],
    });
  });

  test('has the output schema in every answer request', async () => {
    const { add } = countingTool();
    const profile = defineProfile(gemma3Strict, { dialect: 'guided' });
    const script = [
      rawText('{"calls":[{"name":"add","arguments":{"a":1,"b":2}}]}'),
      rawText('{"answer":"READY"}'),
      rawText('{"sum":"three"}'),
      rawText('{"sum":3}'),
    ];
    const { agent, transport } = wireAgent(script, {
      profile,
      tools: [add],
      output,
      finalAnswer: 'separate',
    });
    expect(await agent.run('1 + 2?')).toMatchObject({ output: { sum: 3 } });
    expect(transport.requests).toHaveLength(4);
  });
});

describe('validateOutput', () => {
  const checked = (script: readonly string[], reasons: (string | undefined)[], retries = 2) =>
    wireAgent(
      script.map((text) => rawText(text)),
      {
        output,
        outputRetries: retries,
        validateOutput: async ({ sum }) => {
          await Promise.resolve();
          seen.push(sum);
          return reasons.shift();
        },
      },
    );
  let seen: number[] = [];

  test('sends the model its reason, and accepts the corrected output', async () => {
    seen = [];
    const { agent, transport } = checked(['{"sum":2}', '{"sum":3}'], ['The sum is too low.']);
    expect(await agent.run('1 + 2?')).toMatchObject({ output: { sum: 3 } });
    expect(seen).toEqual([2, 3]);
    expect(JSON.stringify(transport.requests[1]?.body.messages)).toContain('The sum is too low.');
  });

  test('is not called for an output that does not fit the schema', async () => {
    seen = [];
    const { agent } = checked(['{"sum":"x"}', '{"sum":3}'], []);
    await agent.run('1 + 2?');
    expect(seen).toEqual([3]);
  });

  test('fails the run with its reason after all retries', async () => {
    seen = [];
    const { agent } = checked(['{"sum":1}', '{"sum":2}'], ['Too low.', 'Still too low.'], 1);
    await expect(agent.run('1 + 2?')).rejects.toMatchObject({
      code: 'output_invalid',
      text: '{"sum":2}',
      issues: ['Still too low.'],
    });
  });

  test('that throws fails the run with its message', async () => {
    const { agent } = wireAgent([rawText('{"sum":1}')], {
      output,
      validateOutput: () => {
        throw new Error('The rule book is missing.');
      },
    });
    await expect(agent.run('1 + 2?')).rejects.toMatchObject({
      code: 'run_failed',
      message: 'validateOutput threw: The rule book is missing.',
    });
  });

  test.each([{ validateOutput: () => undefined }, { outputRetries: 1 }])(
    'needs an output schema: %p',
    (options) => {
      expect(() => wireAgent([], options)).toThrow(
        expect.objectContaining({ code: 'invalid_options' }),
      );
    },
  );
});
