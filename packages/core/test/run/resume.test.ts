import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import { ModelError, type TurnwiseError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import { signState } from '../../src/run/saved/signed-state.ts';
import { callsTool, fails, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { plainJson } from '../support/play-scenario.ts';

const sum = z.object({ a: z.number(), b: z.number() });

const add = tool({
  name: 'add',
  description: 'Adds.',
  parameters: sum,
  execute: ({ a, b }) => a + b,
});

const addAllowed = tool({
  name: 'add_allowed',
  description: 'Adds, where that is allowed.',
  parameters: sum,
  execute: ({ a, b }) => a + b,
  needsApproval: true,
});

const gone = new ModelError('model_unreachable', 'Nobody is there.');

async function failedState(agent: Agent): Promise<JsonValue> {
  const error = await agent.run('1 + 2?').then(
    () => undefined,
    (thrown: { state?: JsonValue }) => thrown,
  );
  return plainJson(error?.state ?? null);
}

describe('a run that failed', () => {
  test('has its state, and a resumed run repeats no request', async () => {
    const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), fails(gone), says('3')]);
    const agent = new Agent({ name: 'a', model, tools: [add] });
    const state = await failedState(agent);
    const run = agent.resume(state);
    const resumed: boolean[] = [];
    for await (const event of run) if (event.type === 'run-started') resumed.push(event.resumed);
    const result = await run.result;
    expect(result).toMatchObject({ status: 'completed', output: '3' });
    expect(result.transcript.turns.map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'tool',
      'assistant',
    ]);
    expect(resumed).toEqual([true]);
    expect(model.requests).toHaveLength(3);
  });

  test('keeps the id of the run, so that the idempotency keys of its calls stay the same', async () => {
    const model = scriptedModel([fails(gone), says('3')]);
    const agent = new Agent({ name: 'a', model });
    const state = await failedState(agent);
    const { runId } = await agent.resume(state).result;
    expect(runId).toBe((state as { runId: string }).runId);
  });

  test('has a step without calls, even after a step with calls', async () => {
    const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), fails(gone), says('3')]);
    const agent = new Agent({ name: 'a', model, tools: [add] });
    const { steps } = await agent.resume(await failedState(agent)).result;
    expect(steps.map(({ calls }) => calls.length)).toEqual([1, 0, 0]);
  });

  test('can get another input', async () => {
    const model = scriptedModel([fails(gone), says('Hello')]);
    const agent = new Agent({ name: 'a', model });
    const result = await agent.resume(await failedState(agent), { input: 'Still there?' }).result;
    expect(result.transcript.turns[0]).toMatchObject({
      inputs: [{ parts: [{ text: '1 + 2?' }] }, { parts: [{ text: 'Still there?' }] }],
    });
  });
});

test('a finished run that is resumed with an input continues the conversation', async () => {
  const model = scriptedModel([says('One.'), says('Two.')]);
  const agent = new Agent({ name: 'a', model });
  const first = await agent.run('Count.');
  const second = await agent.resume(plainJson(first.state), { input: 'On.' }).result;
  expect(second).toMatchObject({ output: 'Two.' });
  expect(second.transcript.turns).toHaveLength(4);
});

test('a finished run that is resumed without an input is finished', async () => {
  const model = scriptedModel([says('One.')]);
  const agent = new Agent({ name: 'a', model });
  const first = await agent.run('Count.');
  expect(await agent.resume(plainJson(first.state)).result).toMatchObject({ output: 'One.' });
  expect(model.requests).toHaveLength(1);
});

/** An agent that adds once, and then makes a call that needs approval. */
function pausingAgent(): Agent {
  const model = scriptedModel([
    callsTool('add', { a: 1, b: 2 }),
    callsTool('add_allowed', { a: 3, b: 4 }),
    says('7'),
  ]);
  return new Agent({ name: 'a', model, tools: [add, addAllowed] });
}

async function pausedState(): Promise<JsonValue> {
  const { status, state } = await pausingAgent().run('1 + 2, and on?');
  expect(status).toBe('paused');
  const view = { dropped: [], capped: { '1.0': 100 }, note: 'Short.' };
  return plainJson({ ...state, view });
}

type Place = readonly (string | number)[];

/** The path of every value inside a JSON value. */
function placesIn(value: JsonValue, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const inner = Object.entries(value).flatMap(([key, each]) =>
    placesIn(each as JsonValue, [...place, key]),
  );
  return [place, ...inner];
}

function withValue(whole: JsonValue, place: Place, value: JsonValue): JsonValue {
  const [key, ...rest] = place;
  if (key === undefined) return value;
  const copy = structuredClone(whole) as Record<string | number, JsonValue>;
  copy[key] = withValue(copy[key] ?? null, rest, value);
  return copy as JsonValue;
}

describe('an invalid state', () => {
  const agent = new Agent({ name: 'a', model: scriptedModel([says('One.')]) });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'state'],
    ['an empty object', {}],
    ['one with another version', { v: 2 }],
    ['one without most fields', { v: 1, runId: 'r', transcript: { v: 1, turns: [] } }],
  ])('%s is refused', (_what, state) => {
    expect(() => agent.resume(state as JsonValue)).toThrow(
      expect.objectContaining({ code: 'invalid_state' }),
    );
  });

  test('a result, an error, a text or a signed state in its place is named, with what to pass', async () => {
    const model = scriptedModel([says('Hello.'), fails(gone)]);
    const agent = new Agent({ name: 'a', model, tools: [add] });
    const result = await agent.run('Hi');
    const error = await agent.run('Hi').catch((thrown: unknown) => thrown);
    const key = 'a key with at least thirty-two bytes';
    const refused: readonly (readonly [unknown, string])[] = [
      [result, 'This is a result, not a saved run. Pass its `state`.'],
      [JSON.parse(JSON.stringify(result)), 'This is a result, not a saved run. Pass its `state`.'],
      [error, 'This is an error, not a saved run. Pass its `state`.'],
      [JSON.stringify(result.state), 'pass JSON.parse(text)'],
      [signState(result.state, key), 'Pass verifyState(signed, key).'],
    ];
    for (const [given, message] of refused) {
      expect(() => agent.resume(given as JsonValue)).toThrow(
        expect.objectContaining({
          code: 'invalid_state',
          message: expect.stringContaining(message),
        }),
      );
    }
  });

  test('the error names the field that has a wrong type', async () => {
    const whole = await pausedState();
    const fields = placesIn(whole).filter(({ length }) => length === 1);
    for (const place of fields) {
      for (const value of [null, [-1]]) {
        expect(() => agent.resume(withValue(whole, place, value))).toThrow(
          expect.objectContaining({
            code: 'invalid_state',
            message: expect.stringContaining(`\`${place.join('.')}`),
          }),
        );
      }
    }
    expect(fields.map((place) => place.join('.'))).toContain('newResults');
  });

  test('the error names a field deep inside of the state', async () => {
    const whole = await pausedState();
    const place = ['steps', 0, 'usage', 'inputTokens'];
    expect(() => agent.resume(withValue(whole, place, 'many'))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('`steps[0].usage.inputTokens`'),
      }),
    );
  });

  test('a state that is damaged anywhere is refused, or the run continues', async () => {
    const whole = await pausedState();
    const places = placesIn(whole);
    const property = fc.asyncProperty(
      fc.constantFrom(...places),
      fc.jsonValue(),
      async (place, value) => {
        const damaged = withValue(whole, place, plainJson(value));
        const run = () => pausingAgent().resume(damaged, { input: 'Go on.' }).result;
        const end = await (async () => await run())().catch((error: TurnwiseError) => error);
        if (end instanceof Error) expect(end.code).toMatch(/^(invalid_state|turn_order)$/);
      },
    );
    await fc.assert(property, { numRuns: 2 * propertyRuns });
    expect(places.length).toBeGreaterThan(50);
  });

  test('a state whose conversation breaks the turn law is refused', async () => {
    const { state } = await new Agent({ name: 'a', model: scriptedModel([says('1')]) }).run('Go.');
    const turns = [...state.transcript.turns].reverse();
    const broken = plainJson({ ...state, transcript: { v: 1, turns } });
    expect(() => agent.resume(broken)).toThrow(expect.objectContaining({ code: 'turn_order' }));
  });
});

test('a clock that is set back during a run does not damage its state', async () => {
  const now = Date.now();
  const clock = jest.spyOn(Date, 'now').mockReturnValue(now);
  const setBack = tool({
    name: 'set_back',
    description: 'Sets the clock back.',
    execute: () => {
      clock.mockReturnValue(now - 3_600_000);
    },
  });
  const model = scriptedModel([
    callsTool('set_back'),
    callsTool('add_allowed', { a: 1, b: 2 }),
    says('3'),
  ]);
  const limits = { maxWallTimeMs: 60_000 };
  const agent = new Agent({ name: 'a', model, tools: [setBack, addAllowed], limits });
  const paused = await agent.run('1 + 2?');
  expect(paused.status).toBe('paused');
  const decisions = { '3.0': { kind: 'approve' } } as const;
  const result = await agent.resume(plainJson(paused.state), { decisions }).result;
  clock.mockRestore();
  expect(result).toMatchObject({ status: 'completed', output: '3' });
});
