import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import {
  type OpenAICompatibleOptions,
  openaiCompatible,
} from '../../src/model/openai-compatible.ts';
import { profiles } from '../../src/profile/profiles.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import type { Answer } from '../support/model-server.ts';
import { listsModel, refuses, repliesText, startRoutedServer } from '../support/routed-server.ts';

const page = { '/v1/models': listsModel('gemma-3-27b', 'llamacpp') };
const refusesGrammar = refuses('failed to parse grammar');
const start = (...chats: readonly Answer[]) => startRoutedServer(page, ...chats);

const readShelf = tool({
  name: 'read_shelf',
  description: 'Reads a shelf.',
  parameters: z.object({ shelf: z.string() }),
  execute: ({ shelf }) => `${shelf}: 3 books`,
});

function talk(
  baseURL: string,
  options: Partial<OpenAICompatibleOptions>,
  more: { readonly output?: z.ZodType } = {},
) {
  const events: RunEvent[] = [];
  const model = openaiCompatible({
    baseURL,
    model: 'gemma-3-27b',
    retry: { maxRetries: 0 },
    ...options,
  });
  const tools = more.output === undefined ? [readShelf] : [];
  const agent = new Agent({ name: 'librarian', model, tools, ...more });
  agent.on('event', (event) => void events.push(event));
  const changes = () => events.filter(({ type }) => type === 'dialect-changed');
  return { agent, changes };
}

describe.each<[string, Partial<OpenAICompatibleOptions>]>([
  ['a fixed profile in the guided dialect', { profile: 'gemma-3-strict', dialect: 'guided' }],
  ['a fixed dialect', { dialect: 'guided' }],
])('a grammar that the server cannot parse, with %s', (_, options) => {
  test('is left out of the same request, once, and reported', async () => {
    await using server = await start(refusesGrammar, repliesText('Three books.'));
    const { agent, changes } = talk(server.baseURL, options);
    const result = await agent.run('How many?');
    expect(result).toMatchObject({ status: 'completed', output: 'Three books.' });
    expect(server.chats.map((body) => 'response_format' in body)).toEqual([true, false]);
    expect(changes()).toMatchObject([
      { from: 'guided', to: 'prompted', why: expect.stringContaining('failed to parse grammar') },
    ]);
  });

  test('is an error if the request without it is refused too', async () => {
    await using server = await start(refusesGrammar, refusesGrammar);
    const { agent } = talk(server.baseURL, options);
    await expect(agent.run('How many?')).rejects.toMatchObject({ code: 'model_refused' });
    expect(server.chats).toHaveLength(2);
  });

  test('is sent again with the next request', async () => {
    await using server = await start(
      refusesGrammar,
      repliesText('[read_shelf(shelf="A")]'),
      repliesText('{"answer":"Three books."}'),
    );
    const { agent } = talk(server.baseURL, options);
    expect(await agent.run('How many?')).toMatchObject({ status: 'completed' });
    expect(server.chats.map((body) => 'response_format' in body)).toEqual([true, false, true]);
  });
});

test('an answer whose schema the server cannot parse is asked for without the schema', async () => {
  await using server = await start(refusesGrammar, repliesText('{"count":3}'));
  const output = z.object({ count: z.int() });
  const { agent, changes } = talk(server.baseURL, { profile: profiles.gemma3Strict }, { output });
  expect(await agent.run('How many?')).toMatchObject({ output: { count: 3 } });
  const formats = server.chats.map(({ response_format: format }) => format);
  expect(formats).toMatchObject([{ type: 'json_schema' }, { type: 'json_object' }]);
  expect(changes()).toHaveLength(1);
});

test('a fixed profile does not change for another refusal', async () => {
  await using server = await start(refuses('Conversation roles must alternate user/assistant'));
  const { agent } = talk(server.baseURL, { profile: 'gemma-3-strict', dialect: 'guided' });
  await expect(agent.run('How many?')).rejects.toMatchObject({ code: 'model_refused' });
  expect(server.chats).toHaveLength(1);
});
