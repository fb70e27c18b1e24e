import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { signState, verifyState } from '../../src/run/saved/signed-state.ts';
import { tool } from '../../src/tool/tool.ts';
import { type ModelServer, startModelServer } from '../support/model-server.ts';
import { repliesCall, repliesText } from '../support/routed-server.ts';

const key = 'thirty-two bytes or more of a key';

/** An agent that must ask before it wipes, on a server that lets it wipe once. */
function janitorOn(server: ModelServer) {
  const wiped: string[] = [];
  const wipe = tool({
    name: 'wipe',
    description: 'Wipes a disk.',
    parameters: z.object({ disk: z.string() }),
    needsApproval: true,
    execute: ({ disk }) => {
      wiped.push(disk);
      return `Wiped ${disk}.`;
    },
  });
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai' });
  return { agent: new Agent({ name: 'janitor', model, tools: [wipe] }), wiped };
}

const startServer = () =>
  startModelServer(repliesCall('wipe', { disk: 'c' }), repliesText('Clean.'));

/** JSON that a test may change at any place. */
// biome-ignore lint/suspicious/noExplicitAny: it is wrong on purpose.
type Json = Record<string, any>;

/** The signed state of a paused run, as a client sends it back. */
async function signedState(agent: Agent): Promise<{ state: Json; signature: string }> {
  const { state } = await agent.run('Clean up.');
  return JSON.parse(JSON.stringify(signState(state, key)));
}

describe('a state that comes back from a client', () => {
  test('is continued if its signature is right: the approved call runs, and the server gets its result', async () => {
    await using server = await startServer();
    const { agent, wiped } = janitorOn(server);
    const state = verifyState(await signedState(agent), key);
    const result = await agent.resume(state, { decisions: { '1.0': { kind: 'approve' } } }).result;
    expect(result).toMatchObject({ status: 'completed', output: 'Clean.' });
    expect(wiped).toEqual(['c']);
    expect(server.requests[1]?.text).toContain('Wiped c.');
  });

  test.each<[string, (state: Json) => unknown]>([
    [
      'other arguments',
      (state) =>
        Object.assign(at(state, 'transcript.turns.1.calls.0'), { arguments: { disk: 'd' } }),
    ],
    [
      'an approval of its own',
      (state) =>
        Object.assign(state, { openCalls: { '1.0': { permission: { kind: 'approve' } } } }),
    ],
    [
      'another text of the user',
      (state) => Object.assign(at(state, 'transcript.turns.0.parts.0'), { text: 'x' }),
    ],
  ])('is not continued with %s: nothing is sent, and nothing runs', async (_name, change) => {
    await using server = await startServer();
    const { agent, wiped } = janitorOn(server);
    const signed = await signedState(agent);
    change(signed.state);
    expect(() => verifyState(signed, key)).toThrow(
      expect.objectContaining({ code: 'invalid_state' }),
    );
    expect(server.requests).toHaveLength(1);
    expect(wiped).toEqual([]);
  });

  test.each<[string, string, string, unknown]>([
    ['an unknown status', 'pastResults', 'status', 'great'],
    ['a step that is a fraction', '', 'step', 0.5],
    ['a negative step', '', 'step', -1],
    ['a step that no run reaches', '', 'step', 1e300],
    ['a size of a result that is a fraction', 'pastResults', 'maxChars', 1.5],
    ['a size of a result that is negative', 'pastResults', 'maxChars', -20],
    ['a size of a result as text', 'pastResults', 'maxChars', '20'],
    [
      'the path of a file as the hash of an image',
      'pastResults',
      'parts',
      [imageWith('../../key')],
    ],
    ['a hash of an image that is too short', 'pastResults', 'parts', [imageWith('f00d')]],
    ['a hash of an image in capitals', 'pastResults', 'parts', [imageWith('A'.repeat(64))]],
    ['arguments that are a list', 'transcript.turns.1.calls.0', 'arguments', []],
    ['turns that are no list', 'transcript', 'turns', {}],
    ['a decision that is no object', 'openCalls', '1.0', { decision: 'yes' }],
    ['deep nesting', 'transcript.turns.1.calls.0.arguments', 'disk', nested(5_000)],
  ])('is refused before the server gets anything: %s', async (_name, place, field, value) => {
    await using server = await startServer();
    const { agent, wiped } = janitorOn(server);
    const { state } = await signedState(agent);
    if (place === 'pastResults') addResult(state, { [field]: value });
    else Object.assign(at(state, place), { [field]: value });
    const resume = async () =>
      agent.resume(state as never, { decisions: { '1.0': { kind: 'approve' } } }).result;
    await expect(resume()).rejects.toMatchObject({ code: 'invalid_state' });
    expect(server.requests).toHaveLength(1);
    expect(wiped).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'toString'])(
    'a decision for "%s" decides nothing',
    async (name) => {
      await using server = await startServer();
      const { agent, wiped } = janitorOn(server);
      const { state } = await signedState(agent);
      const decisions = JSON.parse(`{"${name}":{"kind":"approve"}}`);
      const resume = async () => agent.resume(state as never, { decisions }).result;
      const end = await resume().catch((error: { code: string }) => error);
      expect(end).toEqual(
        expect.objectContaining(
          'code' in end ? { code: expect.stringMatching(/^invalid_/) } : { status: 'paused' },
        ),
      );
      expect(wiped).toEqual([]);
      expect(server.requests).toHaveLength(1);
    },
  );
});

/** The value at a path such as `transcript.turns.1.calls.0`, which is created if it is missing. */
function at(state: Json, path: string): Json {
  if (path === '') return state;
  return path.split('.').reduce<Json>((value, name) => {
    value[name] ??= {};
    return value[name];
  }, state);
}

/** Adds an answered call before the one that waits. */
function addResult(state: Json, fields: object): void {
  const { turns } = at(state, 'transcript');
  const calls = [{ id: '0.0', name: 'wipe', arguments: { disk: 'a' } }];
  const result = {
    callId: '0.0',
    name: 'wipe',
    status: 'ok',
    parts: [{ type: 'text', text: 'ok' }],
    ...fields,
  };
  const added = [
    { role: 'assistant', kind: 'calls', calls },
    { role: 'tool', results: [result] },
  ];
  turns.splice(1, 0, ...added);
}

function imageWith(sha256: string): object {
  const image = { sha256, mediaType: 'image/png', width: 1, height: 1, bytes: 70 };
  return { type: 'image', image };
}

function nested(levels: number): object {
  return JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
}
