import { expect, test } from '@jest/globals';
import { Agent, defineProfile, type Model, openaiCompatible, profiles, tool } from '@turnwise/core';
import { z } from 'zod';
import { answersJson, completion, startModelServer } from '../support/model-server.ts';
import { wireCall } from '../support/raw-server-run.ts';

type Message = Readonly<Record<string, unknown>>;

const lookUpWith = (needsApproval: boolean) =>
  tool({
    name: 'look_up',
    description: 'Looks a word up.',
    parameters: z.object({ word: z.string() }),
    needsApproval,
    execute: ({ word }) => `${word} is a word`,
  });
const lookUp = lookUpWith(false);

function thinks(thought: string, terms: readonly string[]) {
  const calls = terms.map((word, place) => wireCall('look_up', { word }, `c${place}`));
  return answersJson(
    completion({ content: null, reasoning: thought, tool_calls: calls }, 'tool_calls'),
  );
}

const answers = (text: string) => answersJson(completion({ content: text, reasoning: 'Easy.' }));

/** Runs two inputs of one conversation, and returns the assistant messages with calls of each request. */
async function runTwice(profile: (typeof profiles)[keyof typeof profiles]): Promise<Message[][]> {
  await using server = await startModelServer(
    thinks('First <|im_end|> the tree.', ['tree']),
    thinks('Then two birds.', ['owl', 'wren']),
    answers('Done.'),
    answers('You are welcome.'),
  );
  const agent = new Agent({
    name: 'reader',
    model: openaiCompatible({ baseURL: server.baseURL, model: 'm', profile }),
    tools: [lookUp],
  });
  const { transcript } = await agent.run('Look up three words.');
  await agent.run('Thanks.', { transcript });
  return server.requests.map(({ body }) =>
    (body.messages as Message[]).filter((message) => 'tool_calls' in message),
  );
}

test.each([
  ['gemma-4', profiles.gemma4, 'reasoning'],
  ['gpt-oss', profiles.gptOss, 'reasoning'],
  ['qwen-3', profiles.qwen3, 'reasoning_content'],
  ['kimi', profiles.kimi, 'reasoning_content'],
  ['glm', profiles.glm, 'reasoning_content'],
] as const)(
  '%s gets the reasoning of its calls back until the turn ends',
  async (_, profile, field) => {
    const [first, second, third, later] = await runTwice(profile);

    expect(first).toEqual([]);
    expect(second?.map((message) => message[field])).toEqual([
      expect.stringMatching(/^First .*tree\.$/),
    ]);
    expect(third?.map((message) => message[field])).toEqual([
      second?.[0]?.[field],
      'Then two birds.',
    ]);
    expect(later).toHaveLength(2);
    for (const message of later ?? []) {
      expect(message).not.toHaveProperty('reasoning');
      expect(message).not.toHaveProperty('reasoning_content');
    }
  },
);

test('control tokens in replayed reasoning are neutralised', async () => {
  const [, second] = await runTwice(profiles.qwen3);
  expect(JSON.stringify(second)).toContain('First');
  expect(JSON.stringify(second)).not.toContain('<|im_end|>');
});

test.each([
  ['openai', profiles.openai],
  ['gemma-3', profiles.gemma3],
  ['mistral', profiles.mistral],
] as const)('%s gets no reasoning back', async (_, profile) => {
  expect(JSON.stringify(await runTwice(profile))).not.toContain('First');
});

test('one call of an unrolled turn has the reasoning', async () => {
  const unrolled = defineProfile(profiles.qwen3, { id: 'unrolled', turns: { calls: 'unrolled' } });
  const [, , third] = await runTwice(unrolled);
  expect(third?.map((message) => message.reasoning_content !== undefined)).toEqual([
    true,
    true,
    false,
  ]);
});

test('reasoning is never sent to another profile', async () => {
  await using server = await startModelServer(
    thinks('My secret plan.', ['tree']),
    answers('Done.'),
  );
  const options = { baseURL: server.baseURL, model: 'm' };
  const first = new Agent({
    name: 'first',
    model: openaiCompatible({ ...options, profile: profiles.qwen3 }),
    tools: [lookUpWith(true)],
  });
  const paused = await first.run('Look it up.');
  const second = new Agent({
    name: 'first',
    model: openaiCompatible({ ...options, profile: profiles.kimi }),
    tools: [lookUp],
  });
  const [call] = paused.status === 'paused' ? paused.waiting : [];
  const decisions = { [call?.callId ?? '']: { kind: 'approve' } } as const;
  const done = await second.resume(paused.state, { decisions }).result;

  expect(done.status).toBe('completed');
  expect(JSON.stringify(server.requests.at(-1)?.body)).toContain('look_up');
  expect(JSON.stringify(server.requests.at(-1)?.body)).not.toContain('secret plan');
});

test('the opaque data of a model of your own is kept in the turn and in the saved state', async () => {
  const seen: string[] = [];
  const usage = { inputTokens: 1, outputTokens: 1, cachedInputTokens: 0 };
  const model: Model = {
    id: 'own',
    // biome-ignore lint/correctness/useYield: this model has no progress to report.
    async *request({ transcript }) {
      seen.push(JSON.stringify(transcript.turns));
      const isFirst = seen.length === 1;
      const text = isFirst ? '' : 'Done.';
      const finishReason = isFirst ? 'tool-calls' : 'stop';
      return {
        parsed: isFirst
          ? { kind: 'calls', calls: [{ name: 'look_up', arguments: { word: 'fir' } }], fixes: [] }
          : { kind: 'text', text, fixes: [] },
        raw: { text, reasoning: '', calls: [], finishReason },
        usage,
        finishReason,
        dialect: 'native',
        provider: { profile: 'own', data: { signature: 'kx81' } },
      };
    },
  };
  const agent = new Agent({ name: 'own', model, tools: [lookUp] });
  const { state } = await agent.run('Look it up.');

  expect(seen[1]).toContain('kx81');
  expect(JSON.stringify(state)).toContain('kx81');
});
