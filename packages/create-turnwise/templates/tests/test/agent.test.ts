import { deepEqual, equal, match } from 'node:assert/strict';
import { test } from 'node:test';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { createAgent } from '../src/create-agent.ts';
import { openModel } from '../src/open-model.ts';

test('a small refund needs no approval', async () => {
  const model = scriptedModel([
    callsTool('refund_order', { orderId: 'A-2', euros: 20 }),
    says('Refunded.'),
  ]);
  const result = await createAgent(model).run('Refund 20 euros for order A-2.');
  equal(result.status, 'completed');
  deepEqual(
    result.steps.flatMap(({ calls }) => calls.map(({ status }) => status)),
    ['ok'],
  );
});

test('a large refund waits for a person, who can deny it', async () => {
  const model = scriptedModel([
    callsTool('refund_order', { orderId: 'A-3', euros: 240 }),
    says('It was not allowed.'),
  ]);
  const agent = createAgent(model);
  const paused = await agent.run('Refund all of order A-3.');
  if (paused.status !== 'paused') throw new Error(`The run is ${paused.status}.`);
  const denied = { kind: 'deny', reason: 'Too much.' } as const;
  const decisions = Object.fromEntries(paused.waiting.map(({ callId }) => [callId, denied]));
  const result = await agent.resume(paused.state, { decisions }).result;
  equal(result.status, 'completed');
});

test('the agent looks up an order through a server', async () => {
  const { model, close } = await openModel();
  try {
    const result = await createAgent(model).run('What is the status of order A-2?');
    match(result.status === 'completed' ? result.output : result.status, /delivered/);
  } finally {
    await close();
  }
});
