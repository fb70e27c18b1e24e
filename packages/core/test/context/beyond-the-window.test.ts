import { describe, expect, test } from '@jest/globals';
import { ModelError, TurnwiseError } from '../../src/errors.ts';
import { pageTool, prose, readingAgent, readsPages, task } from '../support/reading-agent.ts';
import { rawFailure } from '../support/scripted-transport.ts';

describe('a prompt that cannot fit', () => {
  test('is refused before anything is sent, and the input is kept', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(0) });
    const input = prose.repeat(400);
    const error = await agent.run(input).catch((thrown: TurnwiseError) => thrown);
    expect(error).toMatchObject({ code: 'context_overflow', details: { contextWindow: 4_096 } });
    expect(transport.requests).toHaveLength(0);
    const { state } = error as TurnwiseError;
    expect(JSON.stringify(state)).toContain(prose);
  });

  test.each([
    ['a reserve that leaves no tokens', { contextWindow: { tokens: 4_096, reserveTokens: 4_000 } }],
    [
      'an answer that leaves no tokens',
      { contextWindow: { tokens: 4_096 }, settings: { maxOutputTokens: 4_096 } },
    ],
    ['a window of 0', { contextWindow: { tokens: 0 } }],
    ['a window that is not a number', { contextWindow: { tokens: Number.NaN } }],
    ['a reserve below 0', { contextWindow: { reserveTokens: -1 } }],
    ['an unknown policy', { contextWindow: { policy: 'shrink' as 'drop' } }],
  ])('%s is refused when the agent is created', (_, options) => {
    expect(() => readingAgent({ replyTo: readsPages(0) }, options)).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  });
});

describe('a server with a smaller window than its profile', () => {
  test.each([true, false])(
    'corrects the window, and a smaller prompt is sent once (it names sizes: %s)',
    async (namesSizes) => {
      const { agent, transport, compactions } = readingAgent({
        replyTo: readsPages(60),
        window: 2_600,
        namesSizes,
      });
      const result = await agent.run(task);
      expect(result).toMatchObject({ status: 'completed' });
      expect(compactions.filter(({ reason }) => reason === 'overflow')).toHaveLength(
        transport.overflows,
      );
      expect(transport.overflows).toBeGreaterThan(0);
      // No later prompt is larger than the window that the server named.
      expect(transport.overflows).toBeLessThan(namesSizes ? 2 : 6);
      expect(result.state.contextWindow).toBeLessThanOrEqual(namesSizes ? 2_600 : 4_095);
    },
  );

  test('is followed once in a request: a second refusal fails the run', async () => {
    const windows = [3_000, 1_500];
    const { agent, transport } = readingAgent({
      replyTo: (_, place) =>
        rawFailure(
          new ModelError('context_overflow', 'Too long.', { contextWindow: windows[place] ?? 1 }),
        ),
    });
    const error = await agent.run(task).catch((thrown: TurnwiseError) => thrown);
    expect(error).toMatchObject({
      code: 'context_overflow',
      state: { contextWindow: 3_000 },
    });
    expect(transport.requests).toHaveLength(2);
  });

  test('is followed if it counts far more tokens than the estimate', async () => {
    // Our estimate counts each of these characters as one token, but it has twelve bytes here.
    const dense = pageTool({ text: '\u{20000}\\'.repeat(20), length: 2_000 });
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(12) },
      { tools: [dense], contextWindow: { countTokens: (text) => text.length / 20 } },
    );
    expect(await agent.run(task)).toMatchObject({ status: 'completed' });
    expect(transport.overflows).toBeLessThan(3);
  });

  test('that silently cuts a prompt is detected, and later prompts are smaller', async () => {
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(30), window: 2_048, truncates: true },
      { contextWindow: { tokens: 131_072 } },
    );
    const result = await agent.run(task);
    const cuts = result.fixes.filter(({ kind }) => kind === 'truncated-prompt');
    expect(cuts).toEqual([
      { kind: 'truncated-prompt', estimatedTokens: expect.any(Number), countedTokens: 2_047 },
    ]);
    expect(Math.max(...transport.counts.slice(-10))).toBeLessThan(2_048);
  });
});

test('an absurd token count of a server is ignored', async () => {
  const { agent, transport } = readingAgent(
    { replyTo: readsPages(40), window: 131_072, countsAlways: 10 },
    { contextWindow: { tokens: 131_072 } },
  );
  const result = await agent.run(task);
  expect(result).toMatchObject({ status: 'completed', fixes: [] });
  expect(result.state.contextWindow).toBe(131_072);
  expect(transport.overflows).toBe(0);
});

test('the tokenizer of the program counts every text', async () => {
  const counted: string[] = [];
  const { agent, transport } = readingAgent(
    { replyTo: readsPages(8) },
    {
      instructions: 'Be quick.',
      contextWindow: {
        countTokens: (text) => {
          counted.push(text);
          return Math.ceil(Buffer.byteLength(text) / 3.5);
        },
      },
    },
  );
  await agent.run(task);
  expect(transport.overflows).toBe(0);
  expect(counted).toContain('Be quick.');
  expect(counted).toContain(task);
  expect(counted.some((text) => text.includes('<page 1>'))).toBe(true);
});

test('a run that cannot fit fails with its state', async () => {
  const { agent } = readingAgent({ replyTo: readsPages(5), window: 60 });
  const error = await agent.run(task).catch((thrown: TurnwiseError) => thrown);
  expect(error).toBeInstanceOf(TurnwiseError);
  expect((error as TurnwiseError).state).toMatchObject({ v: 1 });
});
