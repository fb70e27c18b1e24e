import { inspect } from 'node:util';
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

const pay = tool({
  name: 'pay',
  description: 'Pays.',
  parameters: z.object({ euros: z.number() }),
  needsApproval: true,
  execute: () => 'Paid.',
});

test('a printed result shows its output, its tokens and the number of its steps, and is short', async () => {
  const model = scriptedModel([callsTool('look', {}), says('All is fine.')]);
  const look = tool({
    name: 'look',
    description: 'Looks.',
    parameters: z.object({}),
    execute: () => 'x'.repeat(9_000),
  });
  const result = await new Agent({ name: 'guide', model, tools: [look] }).run('Look.');
  const printed = inspect(result);
  expect(printed).toMatch(/^RunResult \{/);
  expect(printed).toContain("status: 'completed'");
  expect(printed).toContain("output: 'All is fine.'");
  expect(printed).toMatch(/usage: \{ inputTokens: \d+/);
  expect(printed).toContain('steps: 2');
  expect(printed.length).toBeLessThan(400);
  expect(inspect([[[result]]])).toContain('[RunResult]');
});

test('a printed result shows the calls that wait, and why a run stopped', async () => {
  const agent = new Agent({
    name: 'billing',
    model: scriptedModel([callsTool('pay', { euros: 3 }), callsTool('pay', { euros: 4 })]),
    tools: [pay],
  });
  const paused = await agent.run('Pay.');
  expect(inspect(paused)).toMatch(
    /waiting: \[ \{ callId: '1\.0', kind: 'approval', name: 'pay' \} \]/,
  );
  const stopped = await agent.run('Pay.', { signal: AbortSignal.abort() });
  expect(inspect(stopped)).toContain("reason: 'aborted'");
});

test('the properties of a result stay as they are, also in JSON and in a copy', async () => {
  const result = await new Agent({ name: 'guide', model: scriptedModel([says('Hi.')]) }).run('Hi.');
  expect(Object.keys(result)).toEqual(
    expect.arrayContaining(['status', 'output', 'steps', 'transcript', 'usage', 'fixes', 'state']),
  );
  expect(Object.getOwnPropertySymbols({ ...result })).toEqual([]);
  expect({ ...result }.state).toEqual(result.state);
});
