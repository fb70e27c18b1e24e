import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunTuning } from '../../src/agent/agent-options.ts';
import {
  callsTool,
  callsTools,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { plainJson } from '../support/play-scenario.ts';

const anything = z.record(z.string(), z.unknown());

/** Tools that report each run; `edit` has a new result each time, the others always the same. */
function watchedTools() {
  const ran: string[] = [];
  const make = (name: string, answer: () => string, needsApproval = false) =>
    tool({
      name,
      description: `Does ${name}.`,
      parameters: anything,
      needsApproval,
      execute: () => {
        ran.push(name);
        return answer();
      },
    });
  return {
    ran,
    tools: [
      make('look', () => 'Nothing new.'),
      make('test', () => '1 test fails.'),
      make('edit', () => `Edit ${ran.length} is done.`),
      make('ask', () => 'Yes.', true),
    ],
  };
}

async function play(replies: readonly ScriptedReply[], tuning: RunTuning = {}) {
  const { ran, tools } = watchedTools();
  const model = scriptedModel(replies);
  const agent = new Agent({ name: 'looped', model, tools, ...tuning });
  const loops: number[] = [];
  agent.on('loop-detected', ({ count }) => void loops.push(count));
  const result = await agent.run('Go.');
  return { ran, model, result, loops, agent };
}

const times = (count: number, ...replies: readonly ScriptedReply[]) =>
  Array.from({ length: count }, () => replies).flat();

describe('the same call with the same result', () => {
  test('runs three times, is refused the fourth time, and stops the run the fifth time', async () => {
    const { ran, result, loops, model } = await play(times(5, callsTool('look', { at: 'door' })));
    expect(result).toMatchObject({ status: 'stopped', reason: 'loop-detected' });
    expect(ran).toHaveLength(3);
    expect(loops).toEqual([3, 3]);
    const lastTurn = model.requests[4]?.transcript.turns.at(-1);
    const [answer] = lastTurn?.role === 'tool' ? lastTurn.results : [];
    expect(answer).toMatchObject({ status: 'error' });
    expect(textOf(answer?.parts ?? [])).toContain('3 times');
  });

  test('is the same in any order of its arguments', async () => {
    const { ran } = await play([
      callsTool('look', { at: 'door', deep: { a: 1, b: 2 } }),
      callsTool('look', { deep: { b: 2, a: 1 }, at: 'door' }),
      callsTool('look', { at: 'door', deep: { b: 2, a: 1 } }),
      callsTool('look', { deep: { a: 1, b: 2 }, at: 'door' }),
      says('Nothing.'),
    ]);
    expect(ran).toHaveLength(3);
  });

  test('does not stop a run whose model follows the guard', async () => {
    const { result } = await play([...times(4, callsTool('look')), says('Nothing is new.')]);
    expect(result).toMatchObject({ status: 'completed', output: 'Nothing is new.' });
  });

  test('is found in a cycle of several calls', async () => {
    const { ran, result } = await play(times(5, callsTool('look'), callsTool('test')));
    expect(result).toMatchObject({ status: 'stopped', reason: 'loop-detected' });
    expect(ran).toEqual(['look', 'test', 'look', 'test', 'look', 'test']);
  });

  test('is not a loop if another call has a new result in between', async () => {
    const edits = Array.from({ length: 10 }, (_, n) => [
      callsTool('edit', { n }),
      callsTool('test'),
    ]);
    const { ran, result, loops } = await play([...edits.flat(), says('Fixed.')], {
      limits: { maxSteps: 30 },
    });
    expect(result).toMatchObject({ status: 'completed' });
    expect(ran).toHaveLength(20);
    expect(loops).toEqual([]);
  });

  test('twice in one reply informs the model once before the run stops', async () => {
    const both = callsTools(['look', {}], ['test', {}]);
    const { result, loops } = await play([...times(4, both), says('Nothing.')]);
    expect(result).toMatchObject({ status: 'completed', output: 'Nothing.' });
    expect(loops).toEqual([3, 3]);
  });

  test('is still counted in a run that is resumed from its JSON', async () => {
    const { agent, result, ran } = await play(times(5, callsTool('look')), {
      limits: { maxSteps: 2 },
    });
    const limits = { maxSteps: 9 };
    const resumed = await agent.resume(plainJson(result.state), { limits }).result;
    expect(resumed).toMatchObject({ status: 'stopped', reason: 'loop-detected' });
    expect(ran).toHaveLength(3);
  });

  test('is refused once, although the reply also waits for an approval', async () => {
    const asked = callsTools(['look', {}], ['ask', {}]);
    const { agent, result, ran } = await play([
      ...times(3, callsTool('look')),
      asked,
      says('Well.'),
    ]);
    expect(result.status).toBe('paused');
    const decisions = { '7.1': { kind: 'approve' } } as const;
    const resumed = await agent.resume(plainJson(result.state), { decisions }).result;
    expect(resumed).toMatchObject({ status: 'completed', output: 'Well.' });
    expect(ran).toEqual(['look', 'look', 'look', 'ask']);
  });

  test.each([
    [1, 1],
    [2, 2],
    [5, 5],
  ])('runs maxRepeats times: %s', async (maxRepeats, runs) => {
    const limits = { maxRepeats };
    const { ran, result } = await play(times(runs + 2, callsTool('look')), { limits });
    expect(result).toMatchObject({ reason: 'loop-detected' });
    expect(ran).toHaveLength(runs);
  });

  test('runs to the limit of steps if the guard is off', async () => {
    const { ran, result } = await play(times(8, callsTool('look')), {
      limits: { maxSteps: 8, maxRepeats: 0 },
    });
    expect(result).toMatchObject({ reason: 'max-steps' });
    expect(ran).toHaveLength(8);
  });
});
