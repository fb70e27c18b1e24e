import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Decision, WaitingCall } from '../../src/run/state/decision.ts';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';
import { callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { type ToolResult, textOf } from '../../src/turns/turn.ts';
import { plainJson } from '../support/play-scenario.ts';
import { tinyPng } from '../support/tiny-image.ts';

/** An agent whose tools note what they do, and whose model calls all of them in one reply. */
function desk(calls: readonly (readonly [string, Record<string, JsonValue>])[]) {
  const log: string[] = [];
  const place = z.object({ at: z.string().max(9) });
  const tools = [
    tool({
      name: 'free',
      description: 'Runs at once.',
      parameters: place,
      execute: ({ at }) => void log.push(`free ${at}`),
    }),
    tool({
      name: 'gated',
      description: 'Needs an approval.',
      parameters: place,
      needsApproval: true,
      execute: ({ at }, { attempt }) => {
        log.push(`gated ${at} ${attempt}`);
        return `Done at ${at}.`;
      },
    }),
    tool({
      name: 'asks',
      description: 'Asks two questions.',
      execute: async (_input, { ask, attempt, idempotencyKey }) => {
        try {
          log.push(`asks ${attempt}`);
          const who = await ask('Who?');
          const when = await ask({ text: 'When?', for: who });
          log.push(`asked ${idempotencyKey.split('/')[1]}`);
          return `${who} at ${when}`;
        } finally {
          log.push('closed');
        }
      },
    }),
    tool({ name: 'outside', description: 'Runs in a browser.', parameters: place }),
    tool({
      name: 'gated_outside',
      description: 'Runs in a browser after an approval.',
      parameters: place,
      needsApproval: true,
    }),
  ];
  const model = scriptedModel([callsTools(...calls), says('Done.')]);
  return { log, model, agent: new Agent({ name: 'desk', model, tools }) };
}

function waitingOf(result: RunResult): readonly WaitingCall[] {
  if (result.status !== 'paused') throw new Error(`The run is ${result.status}.`);
  return result.waiting;
}

function resultsOf({ transcript }: RunResult): readonly ToolResult[] {
  const turn = transcript.turns.findLast(({ role }) => role === 'tool');
  return turn?.role === 'tool' ? turn.results : [];
}

const everything = [
  ['asks', {}],
  ['free', { at: 'a' }],
  ['gated', { at: 'b' }],
  ['outside', { at: 'c' }],
  ['free', { at: 'd' }],
] as const;

describe('the calls of one reply', () => {
  test('run if they may, and everything that waits is in one list', async () => {
    const { agent, log } = desk(everything);
    const requested = jest.fn();
    agent.on('decision-requested', ({ callId, kind }) => requested(callId, kind));
    const paused = await agent.run('Go.');
    expect(waitingOf(paused)).toEqual([
      {
        callId: '1.0',
        kind: 'question',
        question: 'Who?',
        call: { id: '1.0', name: 'asks', arguments: {} },
        fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
        since: expect.any(Number),
      },
      expect.objectContaining({ callId: '1.2', kind: 'approval' }),
      expect.objectContaining({ callId: '1.3', kind: 'outside' }),
    ]);
    expect(new Set(waitingOf(paused).map(({ fingerprint }) => fingerprint)).size).toBe(3);
    expect(log).toEqual(['asks 1', 'free a', 'free d', 'closed']);
    expect(requested.mock.calls).toEqual([
      ['1.2', 'approval'],
      ['1.3', 'outside'],
      ['1.0', 'question'],
    ]);
  });

  test('are decided in any order, in several processes, and each runs once', async () => {
    const { agent, log } = desk(everything);
    let result: RunResult = await agent.run('Go.');
    const decide = async (decisions: Record<string, Decision>) => {
      result = await agent.resume(plainJson(result.state), { decisions }).result;
    };
    await decide({ '1.3': { kind: 'answer', value: { ok: true } } });
    expect(waitingOf(result).map(({ callId }) => callId)).toEqual(['1.0', '1.2']);
    await decide({});
    expect(waitingOf(result).map(({ callId }) => callId)).toEqual(['1.0', '1.2']);
    await decide({ '1.0': { kind: 'answer', value: 'Ada' } });
    expect(waitingOf(result)[0]).toMatchObject({ question: { text: 'When?', for: 'Ada' } });
    await decide({ '1.0': { kind: 'answer', value: 'noon' }, '1.2': { kind: 'approve' } });
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(resultsOf(result).map(({ parts }) => textOf(parts))).toEqual([
      'Ada at noon',
      'Done.',
      'Done at b.',
      '{"ok":true}',
      'Done.',
    ]);
    expect(log.filter((each) => /free|gated/.test(each))).toEqual([
      'free a',
      'free d',
      'gated b 1',
    ]);
    expect(log.filter((each) => each.startsWith('ask'))).toEqual([
      'asks 1',
      'asks 2',
      'asks 3',
      'asked 1.0',
    ]);
    expect(result.state).toMatchObject({ answered: {}, openCalls: {} });
  });

  test('keep their results if the run is aborted while others wait', async () => {
    const { agent } = desk(everything);
    const paused = await agent.run('Go.');
    const run = agent.resume(plainJson(paused.state), { signal: AbortSignal.abort() });
    const stopped = await run.result;
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(resultsOf(stopped).map(({ status }) => status)).toEqual([
      'cancelled',
      'ok',
      'cancelled',
      'cancelled',
      'ok',
    ]);
  });

  test('wait from the same time on in every resumed run', async () => {
    const { agent } = desk([['gated', { at: 'b' }]]);
    const paused = await agent.run('Go.');
    const again = await agent.resume(plainJson(paused.state)).result;
    expect(waitingOf(again)).toEqual(waitingOf(paused));
  });

  test('have tool-started and tool-finished only when they run, and no repeated loop report', async () => {
    const { agent } = desk([
      ['free', { at: 'a' }],
      ['free', { at: 'a' }],
      ['free', { at: 'a' }],
      ['free', { at: 'a' }],
      ['gated', { at: 'b' }],
    ]);
    const types: string[] = [];
    agent.on('event', ({ type }) => /tool|loop|decision/.test(type) && types.push(type));
    const paused = await agent.run('Go.');
    expect(types.filter((type) => type === 'loop-detected')).toHaveLength(1);
    expect(types.filter((type) => type === 'tool-finished')).toHaveLength(4);
    types.length = 0;
    await agent.resume(plainJson(paused.state), { decisions: { '1.4': { kind: 'approve' } } })
      .result;
    expect(types).toEqual([
      'decision-resolved',
      'tool-started',
      'tool-finished',
      'tool-turn-added',
    ]);
  });
});

describe('a question', () => {
  test('that is denied ends the call, and the model gets the reason', async () => {
    const { agent } = desk([['asks', {}]]);
    const paused = await agent.run('Go.');
    const decisions = { '1.0': { kind: 'deny', reason: 'No time.' } } as const;
    const result = await agent.resume(plainJson(paused.state), { decisions }).result;
    expect(resultsOf(result)).toMatchObject([{ status: 'denied' }]);
    expect(textOf(resultsOf(result)[0]?.parts ?? [])).toContain('No time.');
  });

  test('counts even if the tool catches the rejection of ask and returns something', async () => {
    const model = scriptedModel([callsTools(['sly', {}]), says('Done.')]);
    const sly = tool({
      name: 'sly',
      description: 'Ignores the rejection.',
      execute: (_input, { ask }) => ask('Sure?').catch(() => 'Ignored.') as Promise<string>,
    });
    const forgetful = {
      ...sly,
      execute: (_i: unknown, { ask }: { ask(q: string): unknown }) => void ask('Sure?'),
    };
    for (const each of [sly, forgetful]) {
      const agent = new Agent({
        name: 'a',
        model: scriptedModel([callsTools(['sly', {}])]),
        tools: [each],
      });
      expect(waitingOf(await agent.run('Go.'))).toMatchObject([{ kind: 'question' }]);
    }
    expect(model.requests).toEqual([]);
  });

  test('of a call with edited arguments is asked about those, which stay', async () => {
    const given: unknown[] = [];
    const pay = tool({
      name: 'pay',
      description: 'Pays.',
      parameters: z.object({ euros: z.number() }),
      needsApproval: true,
      execute: async ({ euros }, { ask }) => {
        given.push(euros, await ask('Sure?'));
        return 'Paid.';
      },
    });
    const model = scriptedModel([callsTools(['pay', { euros: 90 }]), says('Done.')]);
    const agent = new Agent({ name: 'a', model, tools: [pay] });
    const first = await agent.run('Go.');
    const edit = { '1.0': { kind: 'edit', arguments: { euros: 40 } } } as const;
    const second = await agent.resume(plainJson(first.state), { decisions: edit }).result;
    expect(waitingOf(second)).toMatchObject([
      { kind: 'question', call: { arguments: { euros: 40 } } },
    ]);
    const answer = { '1.0': { kind: 'answer', value: 'yes' } } as const;
    const result = await agent.resume(plainJson(second.state), { decisions: answer }).result;
    expect(given).toEqual([40, 'yes']);
    expect(textOf(resultsOf(result)[0]?.parts ?? [])).toMatch(/changed the arguments.*40.*Paid\./s);
  });
});

describe('a tool without execute', () => {
  test('gives the model the answer as if it had returned it, also an image', async () => {
    const { agent } = desk([['outside', { at: 'c' }]]);
    const paused = await agent.run('Go.');
    const value = `data:image/png;base64,${Buffer.from(tinyPng).toString('base64')}`;
    const result = await agent.resume(plainJson(paused.state), {
      decisions: { '1.0': { kind: 'answer', value } },
    }).result;
    expect(resultsOf(result)).toMatchObject([{ status: 'ok', parts: [{ type: 'image' }] }]);
  });

  test('that needs an approval waits for it first, and then for the answer', async () => {
    const { agent } = desk([['gated_outside', { at: 'c' }]]);
    const first = await agent.run('Go.');
    expect(waitingOf(first)).toMatchObject([{ kind: 'approval' }]);
    const edit = { '1.0': { kind: 'edit', arguments: { at: 'e' } } } as const;
    const second = await agent.resume(plainJson(first.state), { decisions: edit }).result;
    expect(waitingOf(second)).toMatchObject([
      { kind: 'outside', call: { arguments: { at: 'e' } } },
    ]);
    const answer = { '1.0': { kind: 'answer', value: 'Seen.' } } as const;
    const result = await agent.resume(plainJson(second.state), { decisions: answer }).result;
    expect(textOf(resultsOf(result)[0]?.parts ?? [])).toMatch(/changed.*"e".*Seen\./s);
  });
});

describe('doubt', () => {
  /** Effects that report these calls as in doubt, and note the ids of the tools that they execute. */
  function doubting(...ids: readonly string[]) {
    const executed: string[] = [];
    const effects: Effects = {
      ...inProcessEffects,
      async *perform(effect) {
        if (ids.includes(effect.id)) return { inDoubt: true } as never;
        if (effect.kind === 'tool') executed.push(effect.id);
        return yield* inProcessEffects.perform(effect);
      },
    };
    return { effects, executed };
  }

  async function doubtful() {
    const { agent, log } = desk([
      ['free', { at: 'a' }],
      ['free', { at: 'b' }],
      ['free', { at: 'c' }],
    ]);
    const paused = await agent.run('Go.', { effects: doubting('1.0', '1.2').effects });
    return { agent, log, paused };
  }

  test('of several calls of a batch is one pause with all of them', async () => {
    const { paused, log } = await doubtful();
    expect(waitingOf(paused)).toMatchObject([
      { callId: '1.0', kind: 'in-doubt' },
      { callId: '1.2', kind: 'in-doubt' },
    ]);
    expect(log).toEqual(['free b']);
  });

  test('ends with the reported result, with another execution under a new id, or with an error', async () => {
    const { agent, log, paused } = await doubtful();
    const { effects, executed } = doubting();
    const half = await agent.resume(plainJson(paused.state), {
      effects,
      decisions: { '1.0': { kind: 'happened', result: 'It ran.' } },
    }).result;
    expect(waitingOf(half)).toMatchObject([{ callId: '1.2', kind: 'in-doubt' }]);
    expect(executed).toEqual([]);
    const again = await agent.resume(plainJson(half.state), {
      effects,
      decisions: { '1.2': { kind: 'run-again' } },
    }).result;
    expect(executed).toEqual(['1.2.again.1']);
    expect(log).toEqual(['free b', 'free c']);
    expect(textOf(resultsOf(again)[0]?.parts ?? [])).toBe('It ran.');
    const gaveUp = await agent
      .resume(plainJson(half.state), {
        effects,
        decisions: { '1.2': { kind: 'give-up', reason: 'Too old.' } },
      })
      .result.catch((error) => error);
    expect(gaveUp.state.transcript.turns[2].results[2]).toMatchObject({ status: 'error' });
    expect(textOf(gaveUp.state.transcript.turns[2].results[2].parts)).toContain('Too old.');
  });

  test('again after a decision to run it again asks once more', async () => {
    const { agent, paused } = await doubtful();
    const decisions = {
      '1.0': { kind: 'give-up' },
      '1.2': { kind: 'run-again' },
    } as const;
    const { effects } = doubting('1.2.again.1');
    const again = await agent.resume(plainJson(paused.state), { effects, decisions }).result;
    expect(waitingOf(again)).toMatchObject([{ callId: '1.2', kind: 'in-doubt' }]);
    expect(waitingOf(again)[0]?.fingerprint).not.toBe(waitingOf(paused)[1]?.fingerprint);
  });
});

describe('a decision is refused before anything runs', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['for an unknown call', { '7.0': { kind: 'approve' } }, /"7\.0".*callId/],
    [
      'of a kind that does not fit a question',
      { '1.0': { kind: 'approve' } },
      /its question.*"answer", "deny"/,
    ],
    [
      'of a kind that does not fit an approval',
      { '1.2': { kind: 'answer', value: 1 } },
      /an approval.*"approve", "edit", "deny"/,
    ],
    [
      'of a kind that does not fit an outside call',
      { '1.3': { kind: 'run-again' } },
      /its result.*"answer", "deny"/,
    ],
    [
      'with the fingerprint of another request',
      { '1.2': { kind: 'approve', fingerprint: 'x' } },
      /fingerprint/,
    ],
    ['that is not plain JSON', { '1.3': { kind: 'answer', value: new Map() } }, /plain JSON/],
    ['without a value', { '1.3': { kind: 'answer' } }, /`value`/],
  ])('%s', async (_what, decisions, message) => {
    const { agent, log } = desk(everything);
    const { state } = await agent.run('Go.');
    const before = [...log];
    const resume = () => agent.resume(plainJson(state), { decisions: decisions as never });
    expect(resume).toThrow(
      expect.objectContaining({ code: 'invalid_options', message: expect.stringMatching(message) }),
    );
    expect(log).toEqual(before);
  });

  test('if an earlier question of the same call had its fingerprint', async () => {
    const { agent } = desk([['asks', {}]]);
    const paused = await agent.run('Go.');
    const [first] = waitingOf(paused);
    const answer = { kind: 'answer', value: 'Ada', fingerprint: first?.fingerprint } as const;
    const next = await agent.resume(plainJson(paused.state), { decisions: { '1.0': answer } })
      .result;
    const again = () => agent.resume(plainJson(next.state), { decisions: { '1.0': answer } });
    expect(again).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });

  test('and one on a call that has its result has no effect', async () => {
    const { agent, log } = desk(everything);
    const { state } = await agent.run('Go.');
    const decisions = { '1.1': { kind: 'approve' }, '1.2': { kind: 'approve' } } as const;
    const next = await agent.resume(plainJson(state), { decisions }).result;
    const again = await agent.resume(plainJson(next.state), { decisions }).result;
    expect(waitingOf(again)).toHaveLength(2);
    expect(log.filter((each) => each.startsWith('gated'))).toEqual(['gated b 1']);
  });
});

describe('checkDecisions', () => {
  test('refuses what resume refuses, and edited arguments that the tool does not accept', async () => {
    const { agent, log } = desk(everything);
    const { state } = await agent.run('Go.');
    const before = [...log];
    const check = (decisions: Record<string, Decision>) => agent.checkDecisions(state, decisions);
    await check({ '1.2': { kind: 'edit', arguments: { at: 'e' } } });
    await expect(check({ '1.2': { kind: 'edit', arguments: { at: 5 } } })).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringMatching(/"1\.2".*at/s),
    });
    await expect(check({ '1.0': { kind: 'approve' } })).rejects.toMatchObject({
      code: 'invalid_options',
    });
    expect(log).toEqual(before);
    expect(waitingOf(await agent.resume(plainJson(state)).result)).toHaveLength(3);
  });
});

test('the short forms of an approval are accepted', async () => {
  const { agent, log } = desk([
    ['gated', { at: 'a' }],
    ['gated', { at: 'b' }],
    ['gated', { at: 'c' }],
  ]);
  const { state } = await agent.run('Go.');
  const result = await agent.resume(plainJson(state), {
    decisions: {
      '1.0': { approved: true },
      '1.1': { approved: false, reason: 'No.' },
      '1.2': { approved: true, arguments: { at: 'd' } },
    },
  }).result;
  expect(resultsOf(result).map(({ status }) => status)).toEqual(['ok', 'denied', 'ok']);
  expect(log).toEqual(['gated a 1', 'gated d 1']);
});

test('a result that was recorded before a failure is not executed again', async () => {
  let isBroken = true;
  const log: string[] = [];
  const tools = ['one', 'two'].map((name) =>
    tool({
      name,
      description: 'A tool.',
      concurrency: 'exclusive',
      execute: () => void log.push(name),
    }),
  );
  const effects: Effects = {
    ...inProcessEffects,
    async *perform(effect) {
      if (effect.id === '1.1' && isBroken) throw new Error('Broken.');
      return yield* inProcessEffects.perform(effect);
    },
  };
  const model = scriptedModel([callsTools(['one', {}], ['two', {}]), says('Done.')]);
  const agent = new Agent({ name: 'a', model, tools });
  const failed = await agent.run('Go.', { effects }).catch((error) => error);
  isBroken = false;
  const result = await agent.resume(plainJson(failed.state), { effects }).result;
  expect(result).toMatchObject({ status: 'completed' });
  expect(log).toEqual(['one', 'two']);
});
