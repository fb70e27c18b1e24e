import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import { type Effects, inProcessEffects, type ValueEffect } from '../../src/run/state/effects.ts';
import {
  callsTool,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../src/testing/scripted-model.ts';
import { type ToolDefinition, tool } from '../../src/tool/tool.ts';

/** A promise of a library for jobs: its `type` is also the type of an event. */
class Job<Value> extends Promise<Value> {
  readonly type = 'tool-started';
}

function job<Value>(value: Value): Promise<Value> {
  return new Job((resolve) => setImmediate(resolve, value));
}

/** A query of a database library: a function that runs when it is awaited. */
function query<Value>(value: Value): Promise<Value> {
  const promise = Promise.resolve(value);
  const run = Object.assign(() => promise, { type: 'select' });
  // biome-ignore lint/suspicious/noThenProperty: libraries have such functions.
  return Object.assign(run, { then: promise.then.bind(promise) }) as unknown as Promise<Value>;
}

/** A lazy statement: an object that has a `type` and a `then`. */
function statement<Value>(value: Value): Promise<Value> {
  const promise = Promise.resolve(value);
  // biome-ignore lint/suspicious/noThenProperty: libraries have such objects.
  return { type: 'text-delta', then: promise.then.bind(promise) } as unknown as Promise<Value>;
}

function agentThatPays(
  replies: readonly ScriptedReply[],
  options: Partial<AgentOptions<unknown, unknown>>,
  toolOptions: Partial<ToolDefinition<z.ZodObject, unknown>>,
) {
  const payments: string[] = [];
  const pay = tool({
    name: 'pay',
    description: 'Pays the bill.',
    parameters: z.object({}),
    execute: () => {
      payments.push('bill');
      return 'Paid.';
    },
    ...toolOptions,
  });
  const model = scriptedModel(replies);
  const agent = new Agent({ name: 'billing', model, tools: [pay], ...options });
  const types: string[] = [];
  agent.on('event', ({ type }) => types.push(type));
  return { agent, model, types, payments };
}

async function runWith(
  replies: readonly ScriptedReply[],
  options: Partial<AgentOptions<unknown, unknown>>,
  toolOptions: Partial<ToolDefinition<z.ZodObject, unknown>> = {},
) {
  const { agent, model, types, payments } = agentThatPays(replies, options, toolOptions);
  const result = await agent.run('Pay the bill.');
  return { result, model, types, paid: payments.length };
}

const paysOnce = [callsTool('pay'), says('Done.')];

describe.each([
  ['a promise subclass with a type', job],
  ['a function with a then', query],
  ['an object with a type and a then', statement],
])('%s is awaited', (_, promise) => {
  test('as the result of needsApproval: the tool does not run without approval', async () => {
    const { result, paid } = await runWith(paysOnce, {}, { needsApproval: () => promise(true) });
    expect(result.status).toBe('paused');
    expect(paid).toBe(0);
  });

  test('as the result of needsApproval: false lets the tool run', async () => {
    const { result, paid, types } = await runWith(
      paysOnce,
      {},
      { needsApproval: () => promise(false) },
    );
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(paid).toBe(1);
    expect(types.filter((type) => type === 'tool-started')).toHaveLength(1);
    expect(types).not.toContain('select');
  });

  test('as the result of isEnabled: true offers the tool and false does not', async () => {
    const on = await runWith([says('Done.')], {}, { isEnabled: () => promise(true) });
    expect(on.model.requests[0]?.tools).toHaveLength(1);
    const off = await runWith([says('Done.')], {}, { isEnabled: () => promise(false) });
    expect(off.model.requests[0]?.tools).toBeUndefined();
  });

  test('as the result of instructions: the model gets the text', async () => {
    const { model } = await runWith([says('Done.')], { instructions: () => promise('Be brief.') });
    expect(model.requests[0]?.instructions).toBe('Be brief.');
  });

  test('as the result of stopWhen: true stops the run and false does not', async () => {
    const stopped = await runWith(paysOnce, { stopWhen: () => promise(true) });
    expect(stopped.result).toMatchObject({ status: 'stopped', reason: 'stop-when' });
    const completed = await runWith(paysOnce, { stopWhen: () => promise(false) });
    expect(completed.result.status).toBe('completed');
  });

  test('as the result of validateOutput: a reason rejects the answer', async () => {
    const { result, model } = await runWith([says('{"sum":1}'), says('{"sum":2}')], {
      output: z.object({ sum: z.number() }),
      validateOutput: (output) =>
        promise((output as { sum: number }).sum === 2 ? undefined : 'The sum is wrong.'),
    });
    expect(result).toMatchObject({ status: 'completed', output: { sum: 2 } });
    expect(model.requests).toHaveLength(2);
  });
});

test('a promise with a type is awaited, too, if an engine returns it', async () => {
  const effects: Effects = {
    ...inProcessEffects,
    value: <Result>(effect: ValueEffect<Result>) =>
      new Job<Result>((resolve) => resolve(inProcessEffects.value(effect))),
  };
  const { agent, types } = agentThatPays(paysOnce, {}, { needsApproval: () => true });
  const { status } = await agent.run('Pay the bill.', { effects });
  expect(status).toBe('paused');
  expect(types).not.toContain('tool-started');
});
