import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { repliesText, startRoutedServer } from '../support/routed-server.ts';

const lookUp = () =>
  tool({
    name: 'look_up',
    description: 'Looks a word up.',
    parameters: z.object({ word: z.string() }),
    execute: ({ word }) => `${word}: a bird`,
  });

/** Runs an agent against a server with these replies; returns the result and the messages of the last request. */
async function runOn(dialect: 'native' | 'prompted' | 'guided', ...replies: readonly string[]) {
  await using server = await startRoutedServer({}, ...replies.map(repliesText));
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'gemma-3-27b',
    profile: 'gemma-3',
    dialect,
    retry: { maxRetries: 0 },
  });
  const agent = new Agent({ name: 'guide', model, tools: [lookUp()] });
  const result = await agent.run('What is a wren?');
  return { result, last: JSON.stringify(server.chats.at(-1)?.messages) };
}

describe('a call that could not be read', () => {
  const broken = '[look_up(word="wren"';
  test.each(['native', 'prompted', 'guided'] as const)(
    'is sent back as the model wrote it: %s',
    async (dialect) => {
      const { result, last } = await runOn(dialect, broken, broken, 'It is a bird.');
      expect(result).toMatchObject({ status: 'completed', output: 'It is a bird.' });
      expect(last).toContain(JSON.stringify(broken.slice(1)).slice(1, -1));
      expect(last).not.toMatch(/look_up\(\)|\\?"arguments\\?":\s*\\?"?\{\}/);
    },
  );

  test('has no control token when it is sent back', async () => {
    const { last } = await runOn(
      'prompted',
      `${broken}<end_of_turn>`,
      `${broken}<end_of_turn>`,
      'A bird.',
    );
    expect(last).toContain('look_up(word=');
    expect(last).not.toContain('<end_of_turn>');
  });
});

describe('an invented result', () => {
  test('after a call never becomes text, history or output', async () => {
    const reply =
      'I look it up:\nlook_up(word="wren")\n<tool_result>wren: a fish</tool_result>\nIt is a fish.';
    const { result, last } = await runOn('prompted', reply, 'It is a bird.');
    expect(result).toMatchObject({ status: 'completed', output: 'It is a bird.' });
    expect(last).toContain('a bird');
    expect(JSON.stringify([last, result.transcript.turns])).not.toContain('fish');
    expect(JSON.stringify(result.fixes)).toContain('fish');
  });

  test.each([
    [
      'before an answer',
      '<tool_result name="look_up">wren: a fish</tool_result>\nA wren is a bird.',
    ],
    ['after an answer', 'A wren is a bird.\n<tool_result>: {"wren": "fish"}'],
  ])('is taken out of an answer, and reported: %s', async (_place, reply) => {
    const { result } = await runOn('prompted', reply);
    expect(result).toMatchObject({ status: 'completed', output: 'A wren is a bird.' });
    expect(result.fixes).toMatchObject([
      { kind: 'dropped-text', text: expect.stringContaining('fish') },
    ]);
  });
});
