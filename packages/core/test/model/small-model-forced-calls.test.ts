import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { ToolChoice } from '../../src/dialect/dialect.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import type { Answer } from '../support/model-server.ts';
import { listsModel, repliesText, startRoutedServer } from '../support/routed-server.ts';

const model = 'qwen2.5-coder-1.5b-instruct';
const call = (name: string, city: string) =>
  repliesText(JSON.stringify({ calls: [{ name, arguments: { city } }] }));
const answer = (text: string) => repliesText(JSON.stringify({ answer: text }));

async function ask(toolChoice: ToolChoice, name: string, replies: readonly Answer[]) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    ...replies,
  );
  const cities: string[] = [];
  const agent = new Agent({
    name: 'weather',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: [
      tool({
        name,
        description: 'Has to do with the weather of a city.',
        parameters: z.object({ city: z.string() }),
        execute: ({ city }) => {
          cities.push(city);
          return `cloudy in ${city}`;
        },
      }),
    ],
    toolChoice,
  });
  const end = await agent.run('What is the weather in Oslo?').catch((error) => error);
  return { end, cities, chats: server.chats };
}

const named = (name: string): ToolChoice => ({ tool: name });

describe('a call that `toolChoice` forces, of a small model that makes up a value', () => {
  test.each([named('get_weather'), 'required'] as const)(
    'is asked for once more with the same tool (%j)',
    async (toolChoice) => {
      const { end, cities, chats } = await ask(toolChoice, 'get_weather', [
        call('get_weather', 'Paris'),
        call('get_weather', 'Oslo'),
        answer('It is cloudy.'),
      ]);
      expect(end).toMatchObject({ status: 'completed', output: 'It is cloudy.' });
      expect(cities).toEqual(['Oslo']);
      expect(JSON.stringify(chats[1]?.messages)).toContain(
        'Your last call had a value of \\"city\\" that nobody gave.',
      );
    },
  );

  test('is executed if the second one looks up the same value: an answer must not take its place', async () => {
    const { end, cities } = await ask(named('get_weather'), 'get_weather', [
      call('get_weather', 'Paris'),
      call('get_weather', 'Paris'),
      answer('It is cloudy in Paris.'),
    ]);
    expect(end).toMatchObject({ status: 'completed', output: 'It is cloudy in Paris.' });
    expect(cities).toEqual(['Paris']);
  });

  test('is an error if the second one would act on the same value', async () => {
    const { end, cities } = await ask(named('close_station'), 'close_station', [
      call('close_station', 'Paris'),
      call('close_station', 'Paris'),
    ]);
    expect(end).toMatchObject({ code: 'model_call_missing' });
    expect(end.message).toContain('made up a value of "city" twice. Give the value in the input.');
    expect(cities).toEqual([]);
  });

  test('is an error if text takes its place', async () => {
    const { end, cities } = await ask(named('get_weather'), 'get_weather', [
      call('get_weather', 'Paris'),
      answer('It is sunny in Paris.'),
      answer('It is sunny in Paris.'),
    ]);
    expect(end).toMatchObject({ code: 'model_call_missing' });
    expect(cities).toEqual([]);
  });
});
