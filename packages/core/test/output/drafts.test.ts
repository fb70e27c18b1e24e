import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import { rawCalls, rawText, type WireReply } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const output = z.object({ city: z.string(), streets: z.array(z.string()) });
const answer = { city: 'Jena', streets: ['Markt', 'Ring', 'Allee'] };
const find = tool({
  name: 'find',
  description: 'Finds a street.',
  parameters: z.object({}),
  execute: () => 'Markt',
});

function reporter(script: readonly WireReply[]) {
  return wireAgent(script, { output, tools: [find] }).agent;
}

describe('deltas of drafts', () => {
  const script = [
    rawCalls([['find', '{}']]),
    rawText('It is Jena.'),
    rawText(JSON.stringify(answer)),
  ];

  test('are marked, and those of the requested answer are not', async () => {
    const shown = { draft: '', answer: '' };
    for await (const event of reporter(script).stream('Which?')) {
      if (event.type === 'text-delta') shown[event.draft ? 'draft' : 'answer'] += event.text;
    }
    expect(shown).toEqual({ draft: 'It is Jena.', answer: JSON.stringify(answer) });
  });

  test('are marked too if the text answers a request for a decision only', async () => {
    const { agent } = wireAgent([rawText('READY'), rawText('Jena.')], {
      tools: [find],
      finalAnswer: 'separate',
    });
    const shown = { draft: '', answer: '' };
    for await (const event of agent.stream('Which?')) {
      if (event.type === 'text-delta') shown[event.draft ? 'draft' : 'answer'] += event.text;
    }
    expect(shown).toEqual({ draft: 'READY', answer: 'Jena.' });
  });

  test('are not marked without an output schema', async () => {
    const { agent } = wireAgent([rawText('Jena.')], { tools: [find] });
    for await (const event of agent.stream('Which?')) expect(event).not.toHaveProperty('draft');
  });

  test('textStream yields only the answer', async () => {
    let text = '';
    for await (const piece of reporter(script).stream('Which?').textStream) text += piece;
    expect(text).toBe(JSON.stringify(answer));
  });
});

describe('partialOutputStream', () => {
  test('grows, and ends with the output', async () => {
    const run = reporter([rawText('Jena, I think.'), rawText(JSON.stringify(answer))]).stream(
      'Which?',
    );
    const shown: unknown[] = [];
    for await (const partial of run.partialOutputStream) shown.push(partial);
    expect(shown.length).toBeGreaterThan(3);
    expect(shown).toContainEqual({ city: 'Jena', streets: ['Markt'] });
    expect(shown.at(-1)).toEqual(answer);
    expect((await run.result).status).toBe('completed');
  });

  test('yields the output if a draft was the answer', async () => {
    const shown: unknown[] = [];
    const run = reporter([rawText(JSON.stringify(answer))]).stream('Which?');
    for await (const partial of run.partialOutputStream) shown.push(partial);
    expect(shown).toEqual([answer]);
  });

  test('starts again after a rejected answer, and throws what the run fails with', async () => {
    const wrong = rawText('{"city": 5}');
    const run = reporter([rawText('Hm.'), wrong, wrong, wrong]).stream('Which?');
    const read = async () => {
      for await (const _ of run.partialOutputStream);
    };
    await expect(read()).rejects.toMatchObject({ code: 'output_invalid' });
  });

  test('needs an output schema', () => {
    const { agent } = wireAgent([rawText('Jena.')]);
    const run = agent.stream('Which?');
    expect(() => run.partialOutputStream).toThrow(/output schema/);
    run.abort();
  });
});
