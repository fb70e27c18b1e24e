import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { isThorough } from '../../../../scripts/desk-cases.ts';
import { Agent } from '../../src/agent/agent.ts';
import { maxJsonDepth } from '../../src/json.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { tinyPng } from '../support/tiny-image.ts';

const paid: unknown[] = [];
const photo = tool({
  name: 'photo',
  description: 'Takes a photo.',
  parameters: z.object({}),
  execute: () => ({ type: 'image', image: tinyPng }),
});
const pay = tool({
  name: 'pay',
  description: 'Pays.',
  parameters: z.looseObject({ euros: z.number() }),
  needsApproval: true,
  execute: (input) => {
    paid.push(input);
    return 'Paid.';
  },
});

function clerk() {
  return new Agent({
    name: 'clerk',
    model: scriptedModel([callsTool('photo'), callsTool('pay', { euros: 5 }), says('Done.')]),
    tools: [photo, pay],
  });
}

type Json = Record<string, unknown>;

/** The state of a run that waits for an approval, as JSON that may be changed. */
async function pausedState(): Promise<Json> {
  const { status, state } = await clerk().run('Pay.');
  expect(status).toBe('paused');
  return JSON.parse(JSON.stringify(state));
}

/** The value at a path such as `transcript.turns.1.calls.0`. */
function at(state: Json, path: string): Json {
  // The id of a call contains a dot.
  const keys = path.replaceAll('3.0', '3_0').split('.');
  return keys.reduce((value, key) => value[key.replace('_', '.')] as Json, state);
}

function nested(levels: number): Json {
  const top: Json = {};
  let inner = top;
  for (let level = 0; level < levels; level++) {
    inner.a = {};
    inner = inner.a as Json;
  }
  return top;
}

const openCall = 'openCalls.3.0';
const agent = new Agent({ name: 'reader', model: scriptedModel([]), tools: [pay] });
const resume = (state: unknown) => agent.resume(state as never);

describe('a damaged state is refused, and the error names the field', () => {
  const result = 'transcript.turns.2.results.0';
  test.each<[field: string, place: string, key: string, value: unknown]>([
    ['`results[0].status`', result, 'status', 'great'],
    ['`results[0].status`', result, 'status', 'constructor'],
    ['`results[0].status`', result, 'status', 7],
    ['`results[0].maxChars`', result, 'maxChars', -5],
    ['`results[0].maxChars`', result, 'maxChars', 1.5],
    ['`results[0].maxChars`', result, 'maxChars', '9'],
    ['`results[0].parts[0].image.sha256`', `${result}.parts.0.image`, 'sha256', 'f00d'],
    ['`results[0].parts[0].image.sha256`', `${result}.parts.0.image`, 'sha256', '../../etc/passwd'],
    ['`results[0].parts[0].image.sha256`', `${result}.parts.0.image`, 'sha256', 'A'.repeat(64)],
    ['`results[0].parts[0].image.width`', `${result}.parts.0.image`, 'width', -1],
    ['`calls[0].arguments`', 'transcript.turns.3.calls.0', 'arguments', []],
    ['`calls[0].unreadable.problem`', 'transcript.turns.3.calls.0', 'unreadable', { text: 'x' }],
    ['`reasoning`', 'transcript.turns.3', 'reasoning', 7],
    ['`step`', '', 'step', 1.5],
    ['`step`', '', 'step', -1],
    ['`step`', '', 'step', 1e300],
    ['`requests`', '', 'requests', 0.5],
    ['`usage.inputTokens`', 'usage', 'inputTokens', 2.5],
    ['`usage.outputTokens`', 'usage', 'outputTokens', null],
    ['`steps[0].calls[0].status`', 'steps.0.calls.0', 'status', 'great'],
    ['`newResults`', '', 'newResults', '1'],
    ['`openCalls`', '', 'openCalls', []],
    ['`openCalls["3.0"].decision.kind`', openCall, 'decision', { approved: true }],
    ['`openCalls["3.0"].decision.reason`', openCall, 'decision', { kind: 'deny', reason: 1 }],
    ['`openCalls["3.0"].permission.kind`', openCall, 'permission', { kind: 'answer', value: 1 }],
    ['`openCalls["3.0"].waiting.kind`', `${openCall}.waiting`, 'kind', 'boredom'],
    ['`openCalls["3.0"].waiting.since`', `${openCall}.waiting`, 'since', -1],
    ['`openCalls["3.0"].executions`', openCall, 'executions', 0.5],
    ['`answered["3.0"].callId`', '', 'answered', { '3.0': { status: 'ok' } }],
    [
      '`answered["3.0"].callId`',
      '',
      'answered',
      { '3.0': { callId: '9.0', name: 'pay', status: 'ok', parts: [] } },
    ],
    ['`view.dropped[0]`', '', 'view', { dropped: [0.5], capped: {}, note: '' }],
    ['`view.capped["1.0"]`', '', 'view', { dropped: [], capped: { '1.0': '9' }, note: '' }],
    ['`view.note`', '', 'view', { dropped: [], capped: {}, note: 7 }],
  ])('%s', async (field, place, key, value) => {
    const state = await pausedState();
    (place === '' ? state : at(state, place))[key] = value;
    expect(() => resume(state)).toThrow(
      expect.objectContaining({
        code: 'invalid_state',
        message: expect.stringContaining(field),
      }),
    );
  });

  test.each([
    ['turns', (state: Json) => ({ ...state, transcript: { v: 1, turns: new Array(5) } })],
    ['steps', (state: Json) => ({ ...state, steps: new Array(2) })],
    ['fixes', (state: Json) => ({ ...state, fixes: [undefined] })],
  ])('with holes in the list of %s', async (_name, damage) => {
    const state = damage(await pausedState());
    expect(() => resume(state)).toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });

  test.each<[string, string, unknown]>([
    [
      '`transcript.turns[3].calls[0].arguments.note`',
      'transcript.turns.3.calls.0.arguments',
      () => 1,
    ],
    [
      '`transcript.turns[3].calls[0].arguments.note`',
      'transcript.turns.3.calls.0.arguments',
      Symbol('x'),
    ],
    ['`transcript.turns[3].calls[0].arguments.note`', 'transcript.turns.3.calls.0.arguments', 5n],
    [
      '`transcript.turns[3].calls[0].arguments.note[1]`',
      'transcript.turns.3.calls.0.arguments',
      [1, () => 1],
    ],
    ['`openCalls["3.0"].note`'.replace('["3.0"]', '.3.0'), openCall, { at: class {} }],
  ])('with a value at %s that JSON cannot hold (%s)', async (field, place, value) => {
    const state = await pausedState();
    at(state, place).note = value;
    expect(() => resume(state)).toThrow(
      expect.objectContaining({
        code: 'invalid_state',
        message: expect.stringContaining(field.slice(0, -1)),
      }),
    );
    const read = () => Transcript.fromJSON(state.transcript as never);
    if (place.startsWith('transcript')) {
      expect(read).toThrow(expect.objectContaining({ code: 'invalid_state' }));
    }
  });

  test('a transcript with holes is refused too', () => {
    const read = () => Transcript.fromJSON({ v: 1, turns: new Array(3) });
    expect(read).toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });
});

describe('decisions count only as own properties', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'a call with the id %s is not approved',
    async (id) => {
      paid.length = 0;
      const text = JSON.stringify(await pausedState()).replaceAll('"3.0"', JSON.stringify(id));
      const run = agent.resume(JSON.parse(text));
      const paused = await run.result;
      expect(paused).toMatchObject({ status: 'paused', waiting: [{ callId: id }] });
      expect(paid).toEqual([]);
    },
  );

  test('a decision with the id __proto__ is a decision on that call', async () => {
    paid.length = 0;
    const text = JSON.stringify(await pausedState()).replaceAll('"3.0"', '"__proto__"');
    const decisions = JSON.parse('{"__proto__":{"kind":"approve"}}');
    const model = scriptedModel([says('Done.')]);
    const payer = new Agent({ name: 'payer', model, tools: [pay] });
    const result = await payer.resume(JSON.parse(text), { decisions }).result;
    expect(result.status).toBe('completed');
    expect(paid).toEqual([{ euros: 5 }]);
  });

  test('a saved object with the prototype of another one approves nothing', async () => {
    paid.length = 0;
    const state = await pausedState();
    state.openCalls = Object.create({ '3.0': { permission: { kind: 'approve' } } });
    expect(await resume(state).result).toMatchObject({ status: 'paused' });
    expect(paid).toEqual([]);
  });
});

describe('deep nesting', () => {
  test.each([
    ['arguments of a call', 'transcript.turns.3.calls.0', 'arguments'],
    ['a value for the program', 'transcript.turns.2.results.0', 'forApp'],
    ['a decision', 'openCalls', '3.0'],
    ['a field that nobody knows', '', 'more'],
  ])('in %s is refused', async (_name, place, key) => {
    for (const levels of [2_000, 200_000]) {
      const state = await pausedState();
      (place === '' ? state : at(state, place))[key] = nested(levels);
      expect(() => resume(state)).toThrow(
        expect.objectContaining({
          code: 'invalid_state',
          message: expect.stringContaining(`\`${place.split('.')[0] || key}`),
        }),
      );
    }
  });

  test('in a transcript is refused', async () => {
    const { transcript } = await pausedState();
    at(transcript as Json, 'turns.3.calls.0').arguments = nested(50_000);
    expect(() => Transcript.fromJSON(transcript as never)).toThrow(
      expect.objectContaining({ code: 'invalid_state' }),
    );
  });

  test('in a turn of the program is refused', () => {
    const call = { id: '1.0', name: 'pay', arguments: nested(50_000) as never };
    const add = () =>
      Transcript.empty()
        .user('Pay.')
        .assistant({ role: 'assistant', kind: 'calls', calls: [call] });
    expect(add).toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });

  test('an object that contains itself is refused', async () => {
    const state = await pausedState();
    const small: Json = {};
    small.more = small;
    // At each of its levels, all of a state is checked.
    state.more = isThorough ? state : small;
    expect(() => resume(state)).toThrow(expect.objectContaining({ code: 'invalid_state' }));
  });

  test('up to the depth that a model may write is accepted', async () => {
    const state = await pausedState();
    at(state, 'transcript.turns.3.calls.0').arguments = {
      euros: 5,
      more: nested(maxJsonDepth - 2),
    };
    expect(await resume(state).result).toMatchObject({ status: 'paused' });
  });
});
