import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { ParsedReply } from '../../src/dialect/dialect.ts';
import { ModelError } from '../../src/errors.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import type { Model, ModelReply } from '../../src/model/model.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { callsTool, fails, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import type { Transcript } from '../../src/turns/transcript.ts';
import { plainJson } from '../support/play-scenario.ts';

const gone = new ModelError('model_unreachable', 'The server is gone.');

const look = tool({
  name: 'look',
  description: 'Looks at a place.',
  parameters: z.object({ place: z.string() }),
  execute: () => 'Nothing new.',
});

async function stateOfFailure(agent: Agent, input: string): Promise<JsonObject> {
  const error = await agent.run(input).then(
    () => undefined,
    (thrown: { state?: JsonValue }) => thrown,
  );
  return plainJson(error?.state ?? null) as JsonObject;
}

describe('a resumed run', () => {
  test('does not force a tool choice that already had its call', async () => {
    const model = scriptedModel([callsTool('look', { place: 'sky' }), fails(gone), says('Blue.')]);
    const agent = new Agent({ name: 'a', model, tools: [look], toolChoice: 'required' });
    const state = await stateOfFailure(agent, 'How is the sky?');
    const result = await agent.resume(state).result;
    expect(result).toMatchObject({ status: 'completed', output: 'Blue.' });
    const choices = model.requests.map((request) => request.phase === 'act' && request.toolChoice);
    expect(choices).toEqual(['required', 'auto', 'auto']);
  });

  test('counts repeated calls together with those before it', async () => {
    const again = callsTool('look', { place: 'sky' });
    const model = scriptedModel([again, again, fails(gone), again, says('Blue.')]);
    const agent = new Agent({ name: 'a', model, tools: [look], limits: { maxRepeats: 2 } });
    const state = await stateOfFailure(agent, 'How is the sky?');
    const loops: number[] = [];
    const run = agent.resume(state);
    for await (const event of run) if (event.type === 'loop-detected') loops.push(event.count);
    expect(loops).toEqual([2]);
  });

  test('still asks for an answer without tools after a reply that only repeated calls', async () => {
    const again = callsTool('look', { place: 'sky' });
    const model = scriptedModel([again, again, again, fails(gone), says('Blue.')]);
    const agent = new Agent({ name: 'a', model, tools: [look], limits: { maxRepeats: 2 } });
    const state = await stateOfFailure(agent, 'How is the sky?');
    const result = await agent.resume(state).result;
    expect(result).toMatchObject({ status: 'completed', output: 'Blue.' });
    const phases = model.requests.map(({ phase }) => phase);
    expect(phases).toEqual(['act', 'act', 'act', 'answer', 'answer']);
  });

  test('keeps the measured tokens per estimated token', async () => {
    const { agent, estimates } = countingAgent([1_000, 9_000]);
    const first = await agent.run('Read the page.');
    await agent.resume(plainJson(first.state), { input: prose }).result;
    await agent.run(prose, { transcript: asOpen(first) });
    const [measured = 0, estimated = 0] = estimates.slice(2);
    expect(measured).toBeGreaterThan(estimated * 1.5);
  });

  test('refuses a saved view that drops the open turn', async () => {
    const model = scriptedModel([callsTool('look', { place: 'sky' }), fails(gone)]);
    const agent = new Agent({ name: 'a', model, tools: [look] });
    const state = await stateOfFailure(agent, 'How is the sky?');
    const view = { ...(state.view as JsonObject), dropped: [0, 1, 2] };
    const damaged = { ...state, view };
    expect(() => agent.resume(damaged)).toThrow(
      expect.objectContaining({
        code: 'invalid_state',
        message: expect.stringContaining('view'),
      }),
    );
  });
});

const prose = 'The harbour is quiet today. '.repeat(200);

function asOpen(result: RunResult): Transcript<'user'> {
  if (result.status !== 'completed') throw new Error(`The run is ${result.status}.`);
  return result.transcript;
}

/** An agent that reads a page and then answers. Its server counts the given tokens; `estimates` has those of each request. */
function countingAgent(counts: readonly number[]) {
  const estimates: number[] = [];
  const model: Model = {
    id: 'counting',
    learnProfile: () => profiles.gemma3,
    // biome-ignore lint/correctness/useYield: the reply comes at once.
    async *request(request): AsyncGenerator<never, ModelReply> {
      const isFirst = estimates.length === 0;
      const inputTokens = counts[estimates.length] ?? 0;
      estimates.push(request.estimatedTokens ?? 0);
      const usage = { inputTokens, outputTokens: 2, cachedInputTokens: 0 };
      const parsed: ParsedReply = isFirst
        ? { kind: 'calls', calls: [{ name: 'read', arguments: {} }], fixes: [] }
        : { kind: 'text', text: 'Yes.', fixes: [] };
      const finishReason = isFirst ? 'tool-calls' : 'stop';
      const raw = { text: 'Yes.', reasoning: '', calls: [], finishReason, usage } as const;
      return { parsed, raw, usage, finishReason, dialect: 'native' };
    },
  };
  const read = tool({
    name: 'read',
    description: 'Reads the page.',
    parameters: z.object({}),
    execute: () => prose,
  });
  return { estimates, agent: new Agent({ name: 'a', model, tools: [read] }) };
}
