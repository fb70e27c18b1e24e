import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { Agent, type RunResult, tool } from '@turnwise/core';
import * as testing from '@turnwise/core/testing';

const { callsTool, callsTools, fails, forbidNetwork, says, saysNothing, scriptedModel } = testing;

const add = tool({
  name: 'add',
  description: 'Adds two numbers.',
  parameters: { type: 'object', properties: { a: { type: 'number' }, b: { type: 'number' } } },
  execute: ({ a, b }) => Number(a) + Number(b),
});

async function play(...replies: readonly testing.ScriptedReply[]): Promise<RunResult> {
  const model = scriptedModel(replies);
  return await new Agent({ name: 'guide', model, tools: [add] }).run('Go.');
}

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof testing, () => void | Promise<void>> = {
  callsTool: async () => {
    const { transcript } = await play(callsTool('add', { a: 1, b: 2 }), says('3'));
    expect(transcript.turns[2]).toMatchObject({ results: [{ parts: [{ text: '3' }] }] });
  },
  callsTools: async () => {
    const calls = callsTools(['add', { a: 1, b: 2 }], ['add', { a: 3, b: 4 }]);
    const { transcript } = await play(calls, says('3 and 7'));
    expect(transcript.turns[2]).toMatchObject({ results: [{ status: 'ok' }, { status: 'ok' }] });
  },
  fails: async () => {
    await expect(play(fails(new Error('The line is dead.')))).rejects.toMatchObject({
      code: 'run_failed',
    });
  },
  forbidNetwork: async () => {
    const allow = forbidNetwork({ loopback: true });
    try {
      const refused = new Promise((resolve) => connect(1, '127.0.0.1').on('error', resolve));
      expect(String(await refused)).toContain('forbidNetwork');
    } finally {
      allow();
    }
  },
  says: async () => {
    expect(await play(says('Hello.', { pieces: ['Hel', 'lo.'] }))).toMatchObject({
      text: 'Hello.',
    });
  },
  saysNothing: async () => {
    expect(await play(saysNothing(), says('Hello.'))).toMatchObject({ status: 'completed' });
  },
  scriptedModel: async () => {
    const model = scriptedModel([says('Hello.')]);
    await new Agent({ name: 'guide', model }).run('Hi');
    expect(model.requests).toHaveLength(1);
  },
};

test.each(Object.keys(testing) as (keyof typeof testing)[])('%s', async (name) => {
  await uses[name]();
});

test('these are all values of @turnwise/core/testing', () => {
  expect(Object.keys(testing).sort()).toEqual(Object.keys(uses).sort());
});
