import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import { plainJson } from '../support/play-scenario.ts';

function agentWith(options: Partial<Tool> & { readonly execute: Tool['execute'] }) {
  const act = tool({ name: 'act', description: 'A tool.', parameters: z.object({}), ...options });
  const model = scriptedModel([callsTool('act'), says('Done.')]);
  return new Agent({ name: 'guide', model, tools: [act] });
}

/** Overwrites every value that can be reached from an event. */
function vandalise(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, each] of Object.entries(value)) {
    vandalise(each);
    const other = typeof each === 'boolean' ? !each : typeof each === 'number' ? each + 1_000 : 'x';
    Reflect.set(value, key, other);
  }
}

describe('a listener cannot change', () => {
  test('the turns, results and usage of a run', async () => {
    const untouched = await agentWith({ execute: () => ({ rows: [1, 2] }) }).run('Go.');
    const agent = agentWith({ execute: () => ({ rows: [1, 2] }) });
    const seen: RunEvent[] = [];
    agent.on('event', (event) => {
      vandalise(event);
      seen.push(plainJson(event) as unknown as RunEvent);
    });
    const result = await agent.run('Go.');
    expect(plainJson(result.transcript)).toEqual(plainJson(untouched.transcript));
    expect(result.usage).toEqual(untouched.usage);
    expect(seen.map(({ type }) => type)).not.toContain('x');
  });

  test('the decision of a human', async () => {
    const execute = jest.fn(() => 'Paid.');
    const agent = agentWith({ execute, needsApproval: true });
    const paused = await agent.run('Pay.');
    if (paused.status !== 'paused') throw new Error(`The run is ${paused.status}.`);
    agent.on('decision-resolved', vandalise);
    const decision = { kind: 'deny' as const };
    await agent.resume(plainJson(paused.state), {
      decisions: { [paused.waiting[0].callId]: decision },
    }).result;
    expect(execute).not.toHaveBeenCalled();
    expect(Object.isFrozen(decision)).toBe(false);
  });
});

test('a tool can change its progress object after it was reported', async () => {
  const agent = agentWith({
    execute: (_input, { progress }) => {
      const state = { done: 0 };
      progress(state);
      state.done = 1;
      return state.done;
    },
  });
  agent.on('event', () => {});
  expect((await agent.run('Go.')).transcript.turns[2]).toMatchObject({
    results: [{ status: 'ok', parts: [{ text: '1' }] }],
  });
});
