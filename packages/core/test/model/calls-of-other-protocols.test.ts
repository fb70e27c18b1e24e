import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { repliesCall, repliesText, startRoutedServer } from '../support/routed-server.ts';

function talk(baseURL: string) {
  const weather = tool({
    name: 'get_weather',
    description: 'Weather of a city.',
    parameters: z.object({ city: z.string() }),
    execute: ({ city }) => `4 degrees in ${city}`,
  });
  const model = openaiCompatible({
    baseURL,
    model: 'qwen3-32b',
    profile: 'qwen-3',
    dialect: 'native',
    retry: { maxRetries: 0 },
  });
  return new Agent({ name: 'guide', tools: [weather], model }).run('How warm is Oslo?');
}

/** Calls in the text of an answer, as models write them if the server has no parser for their protocol. */
const written = [
  '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo\n</invoke>\n</minimax:tool_call>',
  '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
  '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city":"Oslo"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
  '<toolcall><get_weather>{"city":"Oslo"}</get_weather></toolcall>',
  '<tool_use>\n<tool_name>get_weather</tool_name>\n<arguments>\n{"city":"Oslo"}\n</arguments>\n</tool_use>',
  'Let me look.\n<tool_use>\n<tool_name>get_weather</tool_name>\n<city>Oslo</city>\n</tool_use>',
  '[Calling tool: get_weather with arguments: {"city":"Oslo"}]',
  'Thought: I need the weather.\nAction: get_weather\nAction Input: {"city": "Oslo"}',
  '**Action:** `get_weather`\n**Action Input:** Oslo',
];

describe('a call in a protocol that the server did not parse', () => {
  test.each(written)('is asked for again, and is not the answer: %j', async (text) => {
    const call = repliesCall('get_weather', { city: 'Oslo' });
    await using server = await startRoutedServer(
      {},
      repliesText(text),
      call,
      repliesText('4 degrees.'),
    );
    const result = await talk(server.baseURL);
    expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
    expect(result.fixes).toMatchObject([{ kind: 'asked-again', text }]);
  });

  test.each(written)('twice is an error, and not the answer: %j', async (text) => {
    await using server = await startRoutedServer({}, repliesText(text));
    await expect(talk(server.baseURL)).rejects.toMatchObject({ code: 'model_call_unreadable' });
  });
});

test.each([
  'Action is needed: it is 4 degrees.',
  'A tool protocol has tags such as <tool_use>, and get_weather is a tool.',
  'An example of a prompt:\n```\nAction: search\nAction Input: x\n```\nThat is all.',
  '[Tools of the trade] The get_weather page says: 4 degrees.',
])('an answer about such a protocol stays the answer: %j', async (text) => {
  await using server = await startRoutedServer({}, repliesText(text));
  expect(await talk(server.baseURL)).toMatchObject({ status: 'completed', output: text });
});
