import { describe, expect, test } from '@jest/globals';
import { Agent, type Model } from '../../src/index.ts';
import type { ModelReply } from '../../src/model.ts';

const usage = { inputTokens: 5, outputTokens: 2, cachedInputTokens: 0 };
const whole: ModelReply = {
  parsed: { kind: 'text', text: 'Rome.', fixes: [] },
  raw: { text: 'Rome.', reasoning: '', calls: [], finishReason: 'stop' },
  usage,
  finishReason: 'stop',
  dialect: 'native',
};

/** An agent whose model was written by the program and returns anything. */
function agentOf(request: () => unknown): Agent {
  const model = { id: 'my-model', request } as unknown as Model;
  return new Agent({ name: 'custom', model });
}

function returning(reply: unknown) {
  // biome-ignore lint/correctness/useYield: a reply can come without progress.
  return agentOf(async function* () {
    return reply;
  });
}

const { parsed: _parsed, ...withoutParsed } = whole;

describe('a model of the program', () => {
  test('whose reply is whole gives the answer', async () => {
    expect(await returning(whole).run('Hi')).toMatchObject({
      status: 'completed',
      output: 'Rome.',
    });
  });

  test.each<[string, unknown, string]>([
    ['without parsed', withoutParsed, '"parsed"'],
    ['that is undefined', undefined, 'undefined'],
    ['that is a text', 'Rome.', 'a string'],
    ['that is a list', [whole], 'a list'],
    ['with an unknown kind', { ...whole, parsed: { kind: 'answer', fixes: [] } }, '"parsed.kind"'],
    ['without a text', { ...whole, parsed: { kind: 'text', fixes: [] } }, '"parsed.text"'],
    ['without fixes', { ...whole, parsed: { kind: 'text', text: 'Rome.' } }, '"parsed.fixes"'],
    [
      'without calls',
      { ...whole, parsed: { kind: 'calls', calls: [], fixes: [] } },
      '"parsed.calls"',
    ],
    [
      'with arguments as text',
      { ...whole, parsed: { kind: 'calls', calls: [{ name: 'f', arguments: '{}' }], fixes: [] } },
      '"parsed.calls[0].arguments"',
    ],
    ['without a raw reply', { ...whole, raw: undefined }, '"raw"'],
    ['without the raw text', { ...whole, raw: { ...whole.raw, text: null } }, '"raw.text"'],
    ['without usage', { ...whole, usage: undefined }, '"usage"'],
    ['with wrong usage', { ...whole, usage: { ...usage, inputTokens: -1 } }, '"usage.inputTokens"'],
    [
      'with the finish reason of a server',
      { ...whole, finishReason: 'tool_calls' },
      '"finishReason"',
    ],
    ['without a dialect', { ...whole, dialect: undefined }, '"dialect"'],
  ])(
    'with a reply %s fails the run, and the error names what is wrong',
    async (_name, reply, part) => {
      for (const streamed of [false, true]) {
        const agent = returning(reply);
        const end = streamed ? agent.stream('Hi').result : agent.run('Hi');
        await expect(end).rejects.toMatchObject({
          code: 'invalid_options',
          message: expect.stringMatching(/"my-model".*ModelReply.*@turnwise\/core\/model/),
        });
        await expect(end).rejects.toThrow(part);
      }
    },
  );

  test.each<[string, () => unknown, string]>([
    ['a promise', async () => whole, 'an object'],
    ['nothing', () => undefined, 'undefined'],
    [
      'a generator that is not async',
      // biome-ignore lint/correctness/useYield: only its kind matters.
      function* () {
        return whole;
      },
      'an object',
    ],
  ])('whose request returns %s fails the run with what to write', async (_name, request, part) => {
    const end = agentOf(request).run('Hi');
    await expect(end).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining('async *request(request, signal)'),
    });
    await expect(end).rejects.toThrow(part);
  });
});
