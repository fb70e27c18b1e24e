import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { tool } from '../../src/tool/tool.ts';
import {
  callsPage,
  messagesOf,
  pageTool,
  readingAgent,
  readsPages,
  task,
} from '../support/reading-agent.ts';
import { rawCalls, rawText } from '../support/scripted-transport.ts';

const longPage = pageTool({ length: 39_000 });

describe('a result that is too long', () => {
  test('is shortened in its middle, with a note on how to read the rest', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(1) }, { tools: [longPage] });
    await agent.run(task);
    const [, second] = transport.requests;
    expect(transport.overflows).toBe(0);
    const text = messagesOf(second);
    expect(text).toContain('<page 1>');
    expect(text).toContain('</page 1>');
    expect(text).toMatch(
      /characters \d+ to \d+ of result \\"1\.0\\" were left out; call read_result/,
    );
    expect(second?.body.tools?.map((each) => each.function.name)).toEqual([
      'read_page',
      'read_result',
    ]);
  });

  test('can be read by the model part by part, and is complete in the transcript', async () => {
    const wholes: string[] = [];
    const { agent } = readingAgent(
      {
        replyTo: (_, place) => {
          if (place === 0) return callsPage(1);
          const input = { result: '1.0', from: 20_000, to: 20_040 };
          return place === 1
            ? rawCalls([['read_result', JSON.stringify(input)]])
            : rawText('Done.');
        },
      },
      { tools: [longPage] },
    );
    agent.on('tool-finished', ({ result }) => {
      const [part] = result.parts;
      if (part?.type === 'text') wholes.push(part.text);
    });
    const result = await agent.run(task);
    expect(result).toMatchObject({ status: 'completed' });
    const [whole = '', part = ''] = wholes;
    expect(part).toBe(whole.slice(20_000, 20_040));
    expect(part).toHaveLength(40);
    expect(JSON.stringify(result.transcript)).toContain(whole);
  });

  test('with an unknown id is an error that the model can correct', async () => {
    const { agent } = readingAgent(
      {
        replyTo: (_, place) =>
          [
            callsPage(1),
            rawCalls([['read_result', '{"result":"9.9","from":0,"to":10}']]),
            rawText('Done.'),
          ][place] ?? rawText('Done.'),
      },
      { tools: [longPage] },
    );
    const result = await agent.run(task);
    expect(result.steps[1]?.calls).toMatchObject([{ name: 'read_result', status: 'error' }]);
  });

  test('does not hide a tool of the program with this name', async () => {
    const own = tool({
      name: 'read_result',
      description: 'My own.',
      parameters: z.object({}),
      execute: () => 'mine',
    });
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(1) },
      { tools: [longPage, own] },
    );
    await agent.run(task);
    const sentTools = transport.requests[1]?.body.tools ?? [];
    expect(sentTools.map((each) => each.function.description)).toEqual([
      'Reads a page.',
      'My own.',
    ]);
  });
});
