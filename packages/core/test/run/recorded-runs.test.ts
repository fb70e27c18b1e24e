import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonValue } from '../../src/json.ts';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { callsTool, callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { plainJson } from '../support/play-scenario.ts';
import { readEvents } from '../support/read-events.ts';
import { type JournalEntry, segmentEffects } from '../support/segment-journal.ts';
import { tinyPng } from '../support/tiny-image.ts';

const look = tool({ name: 'look', description: 'Looks.', execute: () => 'Nothing.' });

/** Effects that note the input or the result of each effect, by id. */
function noting() {
  const inputs = new Map<string, JsonValue>();
  const results = new Map<string, unknown>();
  const effects: Effects = {
    ...inProcessEffects,
    async *perform(effect) {
      inputs.set(effect.id, effect.input());
      const result = yield* inProcessEffects.perform(effect);
      results.set(effect.id, result);
      return result;
    },
    value: async (effect) => {
      const result = await inProcessEffects.value(effect);
      results.set(effect.id, result);
      return result;
    },
  };
  return { effects, inputs, results };
}

describe('the input of a request', () => {
  const script = [callsTool('look'), says('Done.')];

  async function inputsOf(input: string) {
    const { effects, inputs } = noting();
    const agent = new Agent({ name: 'a', model: scriptedModel(script), tools: [look] });
    await agent.run(input, { effects });
    return [inputs.get('1.request.1'), inputs.get('2.request.1')];
  }

  test('has a digest of the conversation: the same for the same turns only', async () => {
    const [first, second] = await inputsOf('Go.');
    expect(first).toMatchObject({ position: 1, phase: 'act' });
    expect(await inputsOf('Go.')).toEqual([first, second]);
    expect(Object(second).transcript).not.toBe(Object(first).transcript);
    const [other, otherSecond] = await inputsOf('Go!');
    expect(other).not.toEqual(first);
    expect(otherSecond).not.toEqual(second);
  });
});

describe('an input with an id', () => {
  test('is in the result of the effect that read it, and not in the conversation', async () => {
    const { effects, results } = noting();
    const model = scriptedModel([callsTool('look'), says('Done.')]);
    const agent = new Agent({ name: 'a', model, tools: [look] });
    const run = agent.stream('Go.', { effects });
    const { events } = await readEvents(run, ({ type }) => {
      if (type === 'tool-started') {
        run.steer('Hurry.', { id: 'signal-7' });
        run.steer('Please.');
      }
    });
    expect(results.get('inbox.2')).toMatchObject({
      inputs: [{ id: 'signal-7', parts: [{ text: 'Hurry.' }] }, { parts: [{ text: 'Please.' }] }],
    });
    expect(events.filter(({ type }) => type === 'input-steered')).toHaveLength(2);
    expect(JSON.stringify((await run.result).state)).not.toContain('signal-7');
  });

  test('that the run did not read stays with its engine; one without an id is in the state', async () => {
    const agent = new Agent({ name: 'a', model: scriptedModel([says('Done.')]) });
    const run = agent.stream('Go.');
    await readEvents(run, ({ type }) => {
      if (type !== 'run-finished') return;
      run.steer([{ type: 'image', image: tinyPng }], { id: 'one' });
      run.steer('Mine.', { id: 'two' });
      run.steer('Yours.');
    });
    const { state } = await run.result;
    expect(state.waitingInputs).toEqual([{ parts: [{ type: 'text', text: 'Yours.' }] }]);
  });
});

describe('the time limit', () => {
  const wait = tool({
    name: 'wait',
    description: 'Waits.',
    needsApproval: true,
    execute: () => new Promise<string>(() => {}),
  });

  test('counts the earlier parts of a run, but not the time in which it waited', async () => {
    const model = scriptedModel([callsTool('wait')]);
    const limits = { maxWallTimeMs: 200 };
    const agent = new Agent({ name: 'a', model, tools: [wait], limits });
    const paused = await agent.run('Go.');
    const set = jest.spyOn(globalThis, 'setTimeout');
    const workedMs = 150;
    const state = { ...Object(plainJson(paused.state)), workedMs } as JsonValue;
    const decisions = { '1.0': { kind: 'approve' } } as const;
    const result = await agent.resume(state, { decisions }).result;
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
    const delays = set.mock.calls.map(([, delay]) => delay ?? 0);
    expect(delays.some((delay) => delay > 0 && delay <= 50)).toBe(true);
    expect(Number(result.state.workedMs)).toBeGreaterThanOrEqual(workedMs);
    set.mockRestore();
  });

  test('that is over when a run is resumed stops it at once', async () => {
    const model = scriptedModel([callsTool('wait')]);
    const agent = new Agent({ name: 'a', model, tools: [wait], limits: { maxWallTimeMs: 200 } });
    const paused = await agent.run('Go.');
    const state = { ...Object(plainJson(paused.state)), workedMs: 300 } as JsonValue;
    const result = await agent.resume(state, { decisions: { '1.0': { kind: 'approve' } } }).result;
    expect(result).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
  });

  test('does not begin again in a replay after a crash', async () => {
    const journal: JournalEntry[] = [];
    const limits = { maxWallTimeMs: 600_000 };
    const agent = () => new Agent({ name: 'a', model: scriptedModel([says('Done.')]), limits });
    const seed = await agent().seed('Go.');
    await agent().resume(seed, { effects: segmentEffects(journal) }).result;
    const clock = journal.find(({ id }) => id === 'clock');
    if (clock === undefined) throw new Error('The beginning was not recorded.');
    // The process was down for an hour.
    clock.output = JSON.stringify({ value: Date.now() - 3_600_000 });
    const late = await agent().resume(seed, {
      effects: segmentEffects(journal.slice(0, journal.indexOf(clock) + 1)),
    }).result;
    expect(late).toMatchObject({ status: 'stopped', reason: 'max-wall-time' });
  });
});

test('calls wait since the same time in a replay', async () => {
  let now = 1_000;
  const clock = jest.spyOn(Date, 'now').mockImplementation(() => now);
  const journal: JournalEntry[] = [];
  const agent = () =>
    new Agent({
      name: 'a',
      model: scriptedModel([callsTools(['look', {}], ['asks', {}])]),
      tools: [
        { ...look, needsApproval: true },
        tool({
          name: 'asks',
          description: 'Asks.',
          execute: (_input, { ask }) => ask('Who?') as Promise<string>,
        }),
      ],
    });
  const seed = await agent().seed('Go.');
  const waitingOf = async () => {
    const result = await agent().resume(seed, { effects: segmentEffects(journal) }).result;
    return result.status === 'paused' ? result.waiting : [];
  };
  const first = await waitingOf();
  now = 9_000;
  expect(await waitingOf()).toEqual(first);
  expect(first.map(({ since }) => since)).toEqual([1_000, 1_000]);
  clock.mockRestore();
});

describe('the number of an event', () => {
  test('continues when the run is resumed', async () => {
    const gated = { ...look, needsApproval: true };
    const model = scriptedModel([callsTool('look'), says('Done.')]);
    const agent = new Agent({ name: 'a', model, tools: [gated] });
    const first = agent.stream('Go.');
    const before = await readEvents(first);
    const state = plainJson((await first.result).state);
    const run = agent.resume(state, { decisions: { '1.0': { kind: 'approve' } } });
    const after = await readEvents(run);
    const numbers = [...before.events, ...after.events].map(({ seq }) => seq);
    expect(numbers).toEqual(numbers.map((_, place) => place));
  });

  test('is whole and the same in a replay, except for progress; a recorded answer is one piece', async () => {
    const journal: JournalEntry[] = [];
    const script = [callsTool('look'), says('Done.', { pieces: ['Do', 'ne', '.'] })];
    const agent = () => new Agent({ name: 'a', model: scriptedModel(script), tools: [look] });
    const seed = await agent().seed('Go.');
    const live = await readEvents(agent().resume(seed, { effects: segmentEffects(journal) }));
    const again = await readEvents(agent().resume(seed, { effects: segmentEffects(journal) }));
    const whole = (events: readonly RunEvent[]) =>
      events.filter(({ seq }) => Number.isInteger(seq)).map(({ seq, type }) => `${seq} ${type}`);
    expect(whole(again.events)).toEqual(whole(live.events));
    expect(whole(live.events)).toHaveLength(Math.floor(live.events.at(-1)?.seq ?? 0) + 1);
    for (const { events } of [live, again]) {
      const order = events.map(({ seq }) => seq);
      expect(order).toEqual([...new Set(order)].sort((one, other) => one - other));
    }
    expect(live.events.some((event) => 'replayed' in event)).toBe(false);
    const texts = again.events.flatMap((event) =>
      event.type === 'text-delta' ? [[event.text, event.replayed]] : [],
    );
    expect(texts).toEqual([['Done.', true]]);
  });
});

describe('a schema that asks the outside world', () => {
  /** An agent whose tool and answer accept only what `known` has at the moment. */
  function agentThatAsks(known: ReadonlySet<string>) {
    const city = () => z.string().refine(async (name) => known.has(name));
    const ran: string[] = [];
    const look = tool({
      name: 'look',
      description: 'Looks.',
      parameters: z.object({ city: city() }),
      execute: (input) => {
        ran.push(input.city);
        return 'Sunny.';
      },
    });
    const agent = new Agent({
      name: 'a',
      model: scriptedModel([callsTool('look', { city: 'Oslo' }), says('{"city":"Oslo"}')]),
      tools: [look],
      output: z.object({ city: city() }),
    });
    return { agent, ran };
  }

  test('is not asked for the result in a replay', async () => {
    const journal: JournalEntry[] = [];
    const known = new Set(['Oslo']);
    const live = agentThatAsks(known);
    const seed = await live.agent.seed('Go.');
    const first = await live.agent.resume(seed, { effects: segmentEffects(journal) }).result;
    known.clear();
    const replay = agentThatAsks(known);
    const second = await replay.agent.resume(seed, { effects: segmentEffects(journal) }).result;
    expect(first).toMatchObject({ status: 'completed', output: { city: 'Oslo' } });
    expect(second).toEqual({ ...first, state: expect.anything() });
    expect({ live: live.ran, replay: replay.ran }).toEqual({ live: ['Oslo'], replay: [] });
  });

  test('is checked again in a replay if its value is not JSON', async () => {
    const journal: JournalEntry[] = [];
    const seen: unknown[] = [];
    const day = z.string().transform(async (text) => new Date(text));
    const agent = () =>
      new Agent({
        name: 'a',
        model: scriptedModel([callsTool('book', { day: '2026-01-02' }), says('Booked.')]),
        tools: [
          tool({
            name: 'book',
            description: 'Books.',
            parameters: z.object({ day }),
            needsApproval: (input) => {
              seen.push(input.day);
              return true;
            },
            execute: (input) => input.day.toISOString(),
          }),
        ],
      });
    const seed = await agent().seed('Go.');
    const paused = await agent().resume(seed, { effects: segmentEffects(journal) }).result;
    const again = await agent().resume(seed, { effects: segmentEffects(journal) }).result;
    expect(again.status).toBe('paused');
    expect(seen).toEqual([new Date('2026-01-02')]);
    expect(again.state).toEqual({ ...paused.state, workedMs: again.state.workedMs });
  });
});

test('an abort that ended a request is in the journal: a replay without it ends in the same way', async () => {
  const journal: JournalEntry[] = [];
  const begun: string[] = [];
  const effects = () => segmentEffects(journal, (id) => begun.push(id));
  const agent = new Agent({
    name: 'a',
    model: {
      id: 'silent',
      async *request(_request, signal) {
        run.abort();
        await new Promise((_, reject) => signal?.addEventListener('abort', reject));
        throw new Error('It was not aborted.');
      },
    },
  });
  const seed = await agent.seed('Go.');
  const run = agent.resume(seed, { effects: effects() });
  expect(await run.result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  begun.length = 0;
  const { result } = agent.resume(seed, { effects: effects() });
  expect(await result).toMatchObject({ status: 'stopped', reason: 'aborted' });
  expect(begun).toEqual([]);
});
