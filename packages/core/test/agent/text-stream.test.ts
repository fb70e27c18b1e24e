import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  breaksOff,
  chunk,
  done,
  type ModelServer,
  startModelServer,
  streamsPieces,
  streamsThen,
} from '../support/model-server.ts';
import { wireCall } from '../support/raw-server-run.ts';

const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({}),
  execute: () => 'blue',
});

const texts = (...pieces: readonly string[]) => pieces.map((content) => chunk({ content }));

/** Streams a text and ends it. */
const answers = (...pieces: readonly string[]): Answer =>
  streamsPieces(...texts(...pieces), chunk({}, 'stop') + done);

/** Streams a text and breaks the connection. */
const breaksAfter = (...pieces: readonly string[]): Answer =>
  streamsThen(texts(...pieces), breaksOff);

function agentOn(server: ModelServer, options: Partial<AgentOptions<unknown>> = {}) {
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'gemma-3-27b',
    profile: 'gemma-3',
    dialect: 'native',
    retry: { firstDelayMs: 0 },
  });
  return new Agent({ ...options, name: 'guide', model });
}

async function readText(
  answersInOrder: readonly Answer[],
  options?: Partial<AgentOptions<unknown>>,
) {
  await using server = await startModelServer(...answersInOrder);
  const run = agentOn(server, options).stream('Colour?');
  const pieces: string[] = [];
  let error: unknown;
  try {
    for await (const piece of run.textStream) pieces.push(piece);
  } catch (thrown) {
    error = thrown;
  }
  const { output } = (await run.result) as { output?: unknown };
  return { pieces, text: pieces.join(''), output, error };
}

describe('textStream of an agent without tools', () => {
  test('yields text while the server still sends', async () => {
    let proceed = (): void => {};
    await using server = await startModelServer(
      streamsThen(texts('The sky '), (response) => {
        proceed = () => response.end(texts('is blue.').join('') + chunk({}, 'stop') + done);
      }),
    );
    const pieces: string[] = [];
    for await (const piece of agentOn(server).stream('Colour?').textStream) {
      pieces.push(piece);
      proceed();
    }
    expect(pieces).toEqual(['The sky ', 'is blue.']);
  });

  test.each<[string, readonly Answer[]]>([
    ['a longer second reply', [breaksAfter('The sky '), answers('The sky ', 'is blue.')]],
    ['other pieces', [breaksAfter('The s', 'ky is'), answers('T', 'he sky is b', 'lue.')]],
    ['a break before the first piece', [breaksAfter(), answers('The sky is blue.')]],
    ['two breaks', [breaksAfter('The '), breaksAfter('The sky is'), answers('The sky is blue.')]],
    [
      'a shorter break later',
      [breaksAfter('The sky is'), breaksAfter('The '), answers('The sky ', 'is blue.')],
    ],
    ['a break after all of it', [breaksAfter('The sky is blue.'), answers('The sky ', 'is blue.')]],
  ])('after a restart does not repeat text: %s', async (_name, replies) => {
    const { text, output, error } = await readText(replies);
    expect({ text, output, error }).toEqual({
      text: 'The sky is blue.',
      output: 'The sky is blue.',
      error: undefined,
    });
  });

  test.each<[string, Answer]>([
    ['another text', answers('It is', ' blue.')],
    ['a text that is shorter', answers('The')],
    ['a text that changes late', answers('The sky', ', it is blue.')],
  ])('throws text_replaced at the end if a restart brings %s', async (_name, second) => {
    const { text, output, error } = await readText([breaksAfter('The sky ', 'is '), second]);
    expect(text).toBe('The sky is ');
    expect(error).toMatchObject({ code: 'text_replaced' });
    expect(output).not.toContain(text);
  });
});

describe('textStream of an agent with tools', () => {
  const calls = chunk({ tool_calls: [{ index: 0, ...wireCall('look', {}) }] });

  test('does not yield text that calls follow', async () => {
    const prose = streamsPieces(
      ...texts('Let me ', 'look.'),
      calls,
      chunk({}, 'tool_calls') + done,
    );
    const { text, output } = await readText([prose, answers('It is ', 'blue.')], { tools: [look] });
    expect({ text, output }).toEqual({ text: 'It is blue.', output: 'It is blue.' });
  });

  test('does not yield text that was requested again', async () => {
    const announced = streamsPieces(...texts('I look.'), chunk({}, 'tool_calls') + done);
    const { text } = await readText([announced, answers('Blue.')], { tools: [look] });
    expect(text).toBe('Blue.');
  });

  test('yields the text of a restarted reply once', async () => {
    const replies = [breaksAfter('Perhaps '), answers('It is ', 'blue.')];
    const { text, error } = await readText(replies, { tools: [look] });
    expect({ text, error }).toEqual({ text: 'It is blue.', error: undefined });
  });
});

test('textStream of a run with an output schema yields the accepted JSON only', async () => {
  const output = z.object({ colour: z.string() });
  const replies = [answers('It is blue.'), answers('{"colour":', '"blue"}')];
  const { text, output: value } = await readText(replies, { tools: [look], output } as object);
  expect(value).toEqual({ colour: 'blue' });
  expect(JSON.parse(text)).toEqual({ colour: 'blue' });
});
