import { describe, expect, jest, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { Decision } from '../../src/run/state/decision.ts';
import { callsTools, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type ApprovalRule, tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { plainJson } from '../support/play-scenario.ts';

const path = z.object({ path: z.string() });
type Path = z.infer<typeof path>;

function stage(needsApproval: boolean | ApprovalRule<Path, unknown> = true) {
  const wiped: string[] = [];
  const looked: string[] = [];
  const wipe = tool({
    name: 'wipe',
    description: 'A tool.',
    parameters: path,
    needsApproval,
    execute: ({ path: target }) => {
      wiped.push(target);
      return 'Wiped.';
    },
  });
  const look = tool({
    name: 'look',
    description: 'A tool.',
    parameters: path,
    execute: ({ path: target }) => void looked.push(target),
  });
  const model = scriptedModel([
    callsTools(['look', { path: '/a' }], ['wipe', { path: '/b' }]),
    says('Done.'),
  ]);
  return { wiped, looked, model, agent: new Agent({ name: 'a', model, tools: [wipe, look] }) };
}

async function pauseAndDecide(decision: Decision, rule?: ApprovalRule<Path, unknown>) {
  const { agent, ...rest } = stage(rule);
  const paused = await agent.run('Clean up.');
  if (paused.status !== 'paused') throw new Error(`The run is ${paused.status}.`);
  const [call] = paused.waiting;
  const decisions = {
    [paused.waiting.find(({ call: { name } }) => name === 'wipe')?.callId ?? call.callId]: decision,
  };
  const result = await agent.resume(plainJson(paused.state), { decisions }).result;
  return { paused, result, ...rest };
}

describe('a call that needs approval', () => {
  test('pauses the run after the other calls of its turn have run', async () => {
    const { agent, wiped, looked } = stage();
    const requested = jest.fn();
    agent.on('decision-requested', ({ call }) => requested(call.name));
    const paused = await agent.run('Clean up.');
    expect(paused.status).toBe('paused');
    expect(paused.transcript.awaits).toBe('tool');
    expect(requested.mock.calls).toEqual([['wipe']]);
    expect({ wiped, looked }).toEqual({ wiped: [], looked: ['/a'] });
  });

  test('runs once after an approval, from a state that was JSON', async () => {
    const { result, wiped, looked, model } = await pauseAndDecide({ kind: 'approve' });
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect({ wiped, looked }).toEqual({ wiped: ['/b'], looked: ['/a'] });
    expect(model.requests).toHaveLength(2);
  });

  test('does not run after a denial, and the model gets the reason', async () => {
    const { result, wiped } = await pauseAndDecide({ kind: 'deny', reason: 'Too dangerous.' });
    expect(wiped).toEqual([]);
    const turn = result.transcript.turns[2];
    const denied = turn?.role === 'tool' ? turn.results[1] : undefined;
    expect(denied?.status).toBe('denied');
    expect(textOf(denied?.parts ?? [])).toContain('Too dangerous.');
  });

  test('stays denied even if its rule would not ask any more', async () => {
    let asked = 0;
    const { result, wiped } = await pauseAndDecide({ kind: 'deny' }, () => {
      asked += 1;
      return asked === 1;
    });
    expect(result.status).toBe('completed');
    expect(wiped).toEqual([]);
  });

  test('is requested again if a resumed run has no decision on it', async () => {
    const { agent, wiped } = stage();
    const paused = await agent.run('Clean up.');
    const again = await agent.resume(plainJson(paused.state)).result;
    expect(again.status).toBe('paused');
    expect(wiped).toEqual([]);
  });

  test('is cancelled if the run is aborted instead', async () => {
    const { agent, wiped } = stage();
    const paused = await agent.run('Clean up.');
    const signal = AbortSignal.abort();
    const stopped = await agent.resume(plainJson(paused.state), { signal }).result;
    expect(stopped).toMatchObject({ status: 'stopped', reason: 'aborted' });
    expect(stopped.transcript.turns.at(-1)).toMatchObject({
      results: [{ status: 'ok' }, { status: 'cancelled' }],
    });
    expect(wiped).toEqual([]);
  });
});

describe('a rule', () => {
  test('gets the validated arguments, the context and the id of the call', async () => {
    const rule = jest.fn((_input: Path, _about: { context: unknown; callId: string }) => false);
    const { agent, wiped } = stage(rule);
    await agent.run('Clean up.', { context: { user: 'Ada' } });
    expect(rule).toHaveBeenCalledWith({ path: '/b' }, { context: { user: 'Ada' }, callId: '1.1' });
    expect(wiped).toEqual(['/b']);
  });

  test('that throws fails the run, and no tool runs', async () => {
    const { agent, wiped, looked } = stage(() => Promise.reject(new Error('Who knows?')));
    const running = agent.run('Clean up.');
    await expect(running).rejects.toMatchObject({ code: 'run_failed', state: { v: 1 } });
    expect([...wiped, ...looked]).toEqual([]);
  });
});

describe('a decision', () => {
  test.each<[string, unknown]>([
    ['a text', 'yes'],
    ['null', null],
    ['an approval that is a string', { approved: 'false' }],
  ])('that is %s is refused, and nothing has run', async (_what, decision) => {
    const { agent, wiped } = stage();
    const { state } = await agent.run('Clean up.');
    const decisions = { '1.1': decision as Decision };
    expect(() => agent.resume(state, { decisions })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
    expect(wiped).toEqual([]);
  });

  test('on a call that does not exist is refused: a later call could get its id', async () => {
    const { agent, wiped } = stage();
    const { state } = await agent.run('Clean up.');
    const decisions = { '3.0': { kind: 'approve' } } as const;
    expect(() => agent.resume(state, { decisions })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
    expect(wiped).toEqual([]);
  });

  test('on an answered call has no effect', async () => {
    const { agent, wiped } = stage();
    const { state } = await agent.run('Clean up.');
    const decisions = { '1.1': { kind: 'approve' } } as const;
    const done = await agent.resume(state, { decisions }).result;
    expect((await agent.resume(done.state, { decisions }).result).status).toBe('completed');
    expect(wiped).toEqual(['/b']);
  });
});

describe('a paused run', () => {
  test('keeps an input that comes in the meantime, and the model gets it after the results', async () => {
    const { agent } = stage();
    const run = agent.stream('Clean up.');
    for await (const { type } of run) if (type === 'decision-requested') run.steer('Only /b!');
    const paused = await run.result;
    const [call] = paused.status === 'paused' ? paused.waiting.slice(-1) : [];
    const decisions = { [call?.callId ?? '']: { kind: 'approve' } as const };
    const result = await agent.resume(plainJson(paused.state), { decisions, input: 'Go on.' })
      .result;
    expect(result.transcript.turns[2]).toMatchObject({
      inputs: [{ parts: [{ text: 'Only /b!' }] }, { parts: [{ text: 'Go on.' }] }],
    });
  });

  test('counts its requests in the summary of the step in which it paused', async () => {
    const { result } = await pauseAndDecide({ kind: 'approve' });
    expect(result.steps.map(({ requests }) => requests)).toEqual([1, 1]);
  });
});
