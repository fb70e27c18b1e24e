import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonObject } from '../../src/json.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

function agentThatWipes(input: JsonObject) {
  const wiped: string[] = [];
  const wipe = tool({
    name: 'wipe',
    description: 'Deletes a folder.',
    parameters: z.object({ path: z.string() }),
    needsApproval: true,
    execute: ({ path }) => void wiped.push(path),
  });
  const model = scriptedModel([callsTool('wipe', input), says('Sorry.')]);
  return { wiped, agent: new Agent({ name: 'a', model, tools: [wipe] }) };
}

describe('a human', () => {
  test.each([
    ['of the wrong type', { path: 7 }],
    ['without a required parameter', {}],
    ['with null for a required parameter', { path: null }],
  ])('is not asked about arguments %s; the model gets the result', async (_, input) => {
    const { agent, wiped } = agentThatWipes(input);
    const requested: string[] = [];
    agent.on('decision-requested', ({ call }) => void requested.push(call.name));
    const result = await agent.run('Clean up.');
    expect(result.status).toBe('completed');
    expect(result.transcript.turns[2]).toMatchObject({
      results: [{ status: 'invalid-arguments' }],
    });
    expect({ requested, wiped }).toEqual({ requested: [], wiped: [] });
  });

  test('is asked about valid arguments of the same tool', async () => {
    const { agent, wiped } = agentThatWipes({ path: '/tmp/a' });
    expect(await agent.run('Clean up.')).toMatchObject({ status: 'paused' });
    expect(wiped).toEqual([]);
  });
});

describe('an abort while a listener handles decision-requested', () => {
  test.each(['run', 'stream'] as const)('stops a %s, and the call is cancelled', async (way) => {
    const { agent, wiped } = agentThatWipes({ path: '/tmp/a' });
    const abort = new AbortController();
    agent.on('decision-requested', () => abort.abort());
    const options = { signal: abort.signal };
    const result =
      way === 'run'
        ? await agent.run('Clean up.', options)
        : await agent.stream('Clean up.', options).result;
    expect(result).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(result.transcript.turns.at(-1)).toMatchObject({ results: [{ status: 'cancelled' }] });
    expect(wiped).toEqual([]);
  });
});
