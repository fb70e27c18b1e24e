import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { Decision } from '../../src/run/state/decision.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import { textOf } from '../../src/turns/turn.ts';
import { plainJson } from '../support/play-scenario.ts';

/** An agent that refunds three times, what it refunded, and the first pause. */
async function pausedClerk() {
  const refunded: unknown[] = [];
  const refund = tool({
    name: 'refund',
    description: 'Refunds.',
    parameters: z.object({ euros: z.number().max(500), note: z.string().default('none') }),
    needsApproval: true,
    execute: (input) => {
      refunded.push(input);
      return 'Refunded.';
    },
  });
  const model = scriptedModel([
    callsTool('refund', { euros: 90 }),
    callsTool('refund', { euros: 91 }),
    callsTool('refund', { euros: 92 }),
    says('Done.'),
  ]);
  const agent = new Agent({ name: 'clerk', model, tools: [refund] });
  const { state } = await agent.run('Refund.');
  const decide = (decision: Decision, saved: unknown = state) =>
    agent.resume(plainJson(saved as typeof state), { decisions: { '1.0': decision } });
  return { agent, refunded, decide };
}

describe('edited arguments', () => {
  test('are used instead of those of the model, which is informed', async () => {
    const { refunded, decide } = await pausedClerk();
    const { transcript, steps } = await decide({ kind: 'edit', arguments: { euros: 40 } }).result;
    expect(refunded).toEqual([{ euros: 40, note: 'none' }]);
    expect(transcript.turns[1]).toMatchObject({ calls: [{ arguments: { euros: 90 } }] });
    const [call] = steps[0]?.calls ?? [];
    expect(textOf(call?.result.parts ?? [])).toBe(
      'The user changed the arguments of this call to {"euros":40}.\nRefunded.',
    );
  });

  test('that are not valid run nothing, and the error names the decision and the argument', async () => {
    const { refunded, decide } = await pausedClerk();
    const failed = decide({ kind: 'edit', arguments: { euros: 900 } }).result;
    const error = await failed.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_options',
      message: expect.stringMatching(/decisions\["1\.0"\].*euros/s),
    });
    expect(refunded).toEqual([]);
    const { state } = error as { state: unknown };
    await decide({ kind: 'edit', arguments: { euros: 50 } }, state).result;
    expect(refunded).toEqual([{ euros: 50, note: 'none' }]);
  });

  test('are refused for a call that is not approved', async () => {
    const { decide } = await pausedClerk();
    const decision = { kind: 'deny', arguments: { euros: 1 } } as Decision;
    expect(() => decide(decision)).toThrow(expect.objectContaining({ code: 'invalid_options' }));
  });
});

test('a decision on doubt does not fit an approval, and the error explains both', async () => {
  const { decide } = await pausedClerk();
  expect(() => decide({ kind: 'happened', result: 'Refunded.' })).toThrow(
    'decisions["1.0"] is "happened", which is for a call that waits for a decision on whether it was carried out; this one waits for an approval. Pass one of "approve", "edit", "deny".',
  );
});

describe('an agent without the tool of a call that waits', () => {
  const other = tool({ name: 'greet', description: 'Greets.', execute: () => 'Hello.' });
  const otherAgent = (tools: readonly Tool[] = [other]) =>
    new Agent({ name: 'clerk', model: scriptedModel([says('Done.')]), tools });
  const refused = {
    code: 'invalid_state',
    message: expect.stringMatching(/"1\.0".*"refund".*does not have/),
  };

  test.each<[string, Record<string, Decision>]>([
    ['a decision', { '1.0': { kind: 'approve' } }],
    ['a refusal', { '1.0': { kind: 'deny' } }],
    ['no decision', {}],
  ])('does not resume the run with %s, and the error names the tool', async (_, decisions) => {
    const { agent, refunded } = await pausedClerk();
    const { state } = await agent.run('Refund.');
    for (const tools of [[other], []]) {
      expect(() => otherAgent(tools).resume(plainJson(state), { decisions })).toThrow(
        expect.objectContaining(refused),
      );
      await expect(otherAgent(tools).checkDecisions(state, decisions)).rejects.toMatchObject(
        refused,
      );
    }
    expect(refunded).toEqual([]);
  });

  test('can continue the conversation if the call is cancelled', async () => {
    const { agent } = await pausedClerk();
    const { transcript } = await agent.run('Refund.');
    const result = await otherAgent().run('Never mind.', { transcript, openCalls: 'cancel' });
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
  });

  test('can resume the run if its tool was replaced by one of the same name, as after a reconnection', async () => {
    const { agent } = await pausedClerk();
    const { state } = await agent.run('Refund.');
    const again = tool({
      name: 'refund',
      description: 'New.',
      parameters: z.object({ euros: z.number() }),
      execute: () => 'Refunded again.',
    });
    const result = await otherAgent([again]).resume(plainJson(state), {
      decisions: { '1.0': { kind: 'approve' } },
    }).result;
    expect(textOf(result.steps[0]?.calls[0]?.result.parts ?? [])).toBe('Refunded again.');
  });

  test('answers the call of the model with an error result if the model made the name up', async () => {
    const model = scriptedModel([callsTool('refund', { euros: 90 }), says('I cannot.')]);
    const result = await new Agent({ name: 'clerk', model, tools: [other] }).run('Refund.');
    expect(result.steps[0]?.calls[0]).toMatchObject({ status: 'unknown-tool' });
    expect(result.status).toBe('completed');
  });
});

describe('a decision that is given with always', () => {
  test('applies to the later calls of the tool in the run, without its arguments', async () => {
    const { refunded, decide } = await pausedClerk();
    const result = await decide({ kind: 'edit', arguments: { euros: 40 }, always: true }).result;
    expect(result).toMatchObject({ status: 'completed', output: 'Done.' });
    expect(refunded).toMatchObject([{ euros: 40 }, { euros: 91 }, { euros: 92 }]);
  });

  test('may be a refusal', async () => {
    const { refunded, decide } = await pausedClerk();
    const { steps } = await decide({ kind: 'deny', reason: 'Not today.', always: true }).result;
    expect(refunded).toEqual([]);
    expect(steps.flatMap(({ calls }) => calls.map(({ status }) => status))).toEqual([
      'denied',
      'denied',
      'denied',
    ]);
  });

  test('is needed: without it, the next call waits', async () => {
    const { decide } = await pausedClerk();
    expect(await decide({ kind: 'approve' }).result).toMatchObject({ status: 'paused' });
  });
});

describe('a state that is resumed with an input', () => {
  const look = tool({ name: 'look', description: 'Looks.', execute: () => 'Nothing.' });

  test('starts a new run: its limits, steps and costs count from the beginning', async () => {
    const model = scriptedModel([
      callsTool('look'),
      says('One.'),
      callsTool('look'),
      says('Two.'),
      says('Three.'),
    ]);
    const limits = { maxSteps: 3, prices: { scripted: { input: 1, output: 1 } } };
    const agent = new Agent({ name: 'a', model, tools: [look], limits });
    const first = await agent.run('Look.');
    const second = await agent.resume(plainJson(first.state), { input: 'Again.' }).result;
    expect(second).toMatchObject({ status: 'completed', output: 'Two.' });
    expect(second.steps.map(({ step }) => step)).toEqual([1, 2]);
    expect(second.cost).toBeLessThan(2 * (first.cost ?? 0) + 0.001);
    expect(second.runId).not.toBe(first.runId);
    expect(second.transcript.turns).toHaveLength(8);
    const third = await agent.resume(plainJson(second.state), { input: 'Once more.' }).result;
    expect(third).toMatchObject({ status: 'completed', output: 'Three.' });
  });

  test('continues the same run while a call waits', async () => {
    const agent = new Agent({
      name: 'a',
      model: scriptedModel([callsTool('look'), says('Looked.')]),
      tools: [{ ...look, needsApproval: true }],
    });
    const paused = await agent.run('Look.');
    const decisions = { '1.0': { kind: 'approve' } } as const;
    const result = await agent.resume(plainJson(paused.state), { decisions, input: 'Hurry.' })
      .result;
    expect(result.runId).toBe(paused.runId);
    expect(result.steps).toHaveLength(2);
  });
});

test('a run on a conversation with open calls is refused with their names, and nothing is sent', async () => {
  const model = scriptedModel([callsTool('look'), says('Looked.')]);
  const look = tool({
    name: 'look',
    description: 'Looks.',
    needsApproval: true,
    execute: () => 'x',
  });
  const agent = new Agent({ name: 'a', model, tools: [look] });
  const { transcript } = await agent.run('Look.');
  await expect(agent.run('And?', { transcript })).rejects.toMatchObject({
    code: 'calls_waiting',
    message: expect.stringContaining('"look" (1.0)'),
  });
  expect(model.requests).toHaveLength(1);
  expect(await agent.run('And?', { transcript, openCalls: 'cancel' })).toMatchObject({
    fixes: [{ kind: 'answered-calls', names: ['look'] }],
  });
});
