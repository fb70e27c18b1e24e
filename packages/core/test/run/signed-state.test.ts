import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { signState, verifyState } from '../../src/run/saved/signed-state.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';

const key = 'a key with more than thirty-two bytes';
const invalid = expect.objectContaining({ code: 'invalid_state' });

const wipe = tool({
  name: 'wipe',
  description: 'Wipes a disk.',
  parameters: z.object({}),
  needsApproval: true,
  execute: () => 'Wiped.',
});

function janitor() {
  return new Agent({
    name: 'janitor',
    model: scriptedModel([callsTool('wipe'), says('Clean. 🧹')]),
    tools: [wipe],
  });
}

/** A signed state after a trip through JSON. */
async function signed() {
  const { state } = await janitor().run('Clean up 🧽 "now".');
  return JSON.parse(JSON.stringify(signState(state, key)));
}

/** The same JSON with the keys of every object in reverse order, as another database returns it. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).reverse();
  return Object.fromEntries(entries.map(([name, each]) => [name, reversed(each)]));
}

describe('a signed state', () => {
  test('can be verified and resumed', async () => {
    const state = verifyState(await signed(), key);
    expect(await janitor().resume(state).result).toMatchObject({ status: 'paused' });
  });

  test('can be verified with the same key as bytes', async () => {
    const { state } = verifyState(await signed(), Buffer.from(key)) && (await signed());
    expect(state.v).toBe(1);
  });

  test('stays valid if the order of its keys changes', async () => {
    const { runId } = (await signed()).state;
    const first = await signed();
    expect(verifyState(reversed(first), key).runId).toBe(first.state.runId);
    expect(first.state.runId).not.toBe(runId);
  });

  test.each<[string, (state: Record<string, never>) => unknown]>([
    ['an approval', (state) => Object.assign(state, { decisions: { '1.0': { kind: 'approve' } } })],
    ['a count', (state) => Object.assign(state, { requests: 0 })],
    [
      'a text of the conversation',
      (state) => Object.assign(state, { transcript: { v: 1, turns: [] } }),
    ],
    ['a new field', (state) => Object.assign(state, { more: 1 })],
    ['a missing field', (state) => delete (state as { step?: unknown }).step],
    ['a number that became a text', (state) => Object.assign(state, { step: '1' })],
  ])('is refused after a change: %s', async (_name, change) => {
    const json = await signed();
    change(json.state);
    expect(() => verifyState(json, key)).toThrow(invalid);
  });

  test.each<[string, unknown]>([
    ['missing', undefined],
    ['empty', ''],
    ['another type', 7],
    ['too short', 'AAAA'],
    ['another one', 'A'.repeat(43)],
  ])('is refused if its signature is %s', async (_name, signature) => {
    const json = await signed();
    expect(() => verifyState({ ...json, signature }, key)).toThrow(invalid);
  });

  test('is refused with another key', async () => {
    const json = await signed();
    expect(() => verifyState(json, `${key}!`)).toThrow(invalid);
  });

  test.each([undefined, null, 'state', 7, [], {}, { state: 'x', signature: 'y' }])(
    '%j is not one',
    (value) => {
      expect(() => verifyState(value, key)).toThrow(invalid);
    },
  );

  test('that is nested very deeply is refused', async () => {
    let state: unknown = {};
    for (let level = 0; level < 100_000; level++) state = { state };
    expect(() => verifyState({ state, signature: '' }, key)).toThrow(invalid);
  });
});

test.each<[string, unknown]>([
  ['empty', ''],
  ['short', 'secret'],
  ['of short bytes', new Uint8Array(31)],
  ['missing', undefined],
])('a key that is %s is refused', async (_name, wrong) => {
  const { state } = await janitor().run('Clean up.');
  const refused = expect.objectContaining({ code: 'invalid_options' });
  expect(() => signState(state, wrong as string)).toThrow(refused);
  expect(() => verifyState({ state, signature: '' }, wrong as string)).toThrow(refused);
});
