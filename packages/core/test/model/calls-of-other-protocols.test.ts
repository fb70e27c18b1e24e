import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { type Answer, chunk, done, streamsPieces } from '../support/model-server.ts';
import { repliesCall, repliesText, startRoutedServer } from '../support/routed-server.ts';

function weatherAgent(baseURL: string) {
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
  return new Agent({ name: 'guide', tools: [weather], model });
}

const talk = (baseURL: string) => weatherAgent(baseURL).run('How warm is Oslo?');

/** Calls in the text of an answer, as models write them if the server has no parser for their protocol. */
const read = [
  '<minimax:tool_call>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n</minimax:tool_call>',
  '<function_calls>\n<invoke name="get_weather">\n<parameter name="city">Oslo</parameter>\n</invoke>\n</function_calls>',
  '<｜DSML｜function_calls>\n<｜DSML｜invoke name="get_weather">\n<｜DSML｜parameter name="city" string="true">Oslo</｜DSML｜parameter>\n</｜DSML｜invoke>\n</｜DSML｜function_calls>',
  '<|tool_calls_section_begin|><|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
  '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n```json\n{"city":"Oslo"}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  '<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>{"city":"Oslo"}<｜tool▁call▁end｜><｜tool▁calls▁end｜>',
  '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Oslo</arg_value>\n</tool_call>',
  '<tool_call>\n<function=get_weather>\n<parameter=city>\nOslo\n</parameter>\n</function>\n</tool_call>',
  '<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
  '<|channel|>analysis<|message|>I look.<|end|><|start|>assistant<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>{"city":"Oslo"}<|call|>',
  'Let me look.commentary to=functions.get_weather json{"city":"Oslo"}',
  'Let me look.analysis to=functions.get_weather code{"city":"Oslo"}',
  'Let me look! assistantcommentary to=functions.get_weather json\n{"city": "Oslo"}',
  '[TOOL_CALLS]get_weather[ARGS]{"city":"Oslo"}',
  '[TOOL_CALLS] [{"name":"get_weather","arguments":{"city":"Oslo"}}]',
  '<|python_tag|>{"name":"get_weather","parameters":{"city":"Oslo"}}',
  '<|python_tag|>get_weather.call(city="Oslo")',
  '<function=get_weather>{"city":"Oslo"}</function>',
  '<|tool_call|>[{"name":"get_weather","arguments":{"city":"Oslo"}}]',
  '<|tool_call|>[{"name":"get_weather","arguments":{"city":"Oslo"}}]<|/tool_call|>',
  '<tool_call>\n{"name":"get_weather","arguments":{"city":"Oslo"}}\n</tool_call>',
  '<|START_THINKING|>I look.<|END_THINKING|><|START_ACTION|>[{"tool_call_id":"0","tool_name":"get_weather","parameters":{"city":"Oslo"}}]<|END_ACTION|>',
  '<tool_calls>[{"name":"get_weather","arguments":{"city":"Oslo"}}]</tool_calls>',
  '<toolcall><get_weather>{"city":"Oslo"}</get_weather></toolcall>',
  '<tool_use>\n<tool_name>get_weather</tool_name>\n<arguments>\n{"city":"Oslo"}\n</arguments>\n</tool_use>',
  'Thought: I need the weather.\nAction: get_weather\nAction Input: {"city": "Oslo"}',
  'Action: get_weather\nAction Input: {"city": "Oslo"}\nObservation: 9 degrees\nFinal Answer: 9 degrees.',
];

/** Texts that stand for a call but cannot be read. */
const written = [
  '<|tool_calls_section_begin|><|tool_call_begin|>call_1<|tool_call_argument_begin|>{"city": "Oslo"}<|tool_call_end|><|tool_calls_section_end|>',
  '<tool_call>get_weather: Oslo</tool_call>',
  '<|START_ACTION|>get_weather Oslo<|END_ACTION|>',
  'Let me look.analysis to=functions.get_weather code',
  'Let me look.commentary to=functions.search_web json{"q":"Oslo"}',
  'I check the weathercommentary to=functions.get_weather json{"city":"Oslo"}',
  'Let me look.\n<tool_use>\n<tool_name>get_weather</tool_name>\n<city>Oslo</city>\n</tool_use>',
  '[Calling tool: get_weather with arguments: {"city":"Oslo"}]',
  '**Action:** `get_weather`\n**Action Input:** Oslo',
];

/** The text whole or, if the request asks for a stream, in pieces of one character. */
function sends(text: string): Answer {
  return (response, request) => {
    const isStreamed = request.body.stream === true;
    const pieces = [...text].map((content) => chunk({ content }));
    const answer = isStreamed
      ? streamsPieces(pieces.join(''), chunk({}, 'stop'), done)
      : repliesText(text);
    return answer(response, request);
  };
}

describe('a call in the protocol of another family of models', () => {
  test.each(read)('is read, and is not shown: %j', async (text) => {
    await using server = await startRoutedServer({}, sends(text), sends('4 degrees.'));
    const run = weatherAgent(server.baseURL).stream('How warm is Oslo?');
    let shown = '';
    for await (const piece of run.textStream) shown += piece;
    const streamed = await run.result;
    expect(shown).toBe('4 degrees.');
    expect(server.chats).toHaveLength(2);

    await using other = await startRoutedServer({}, repliesText(text), repliesText('4 degrees.'));
    const whole = await talk(other.baseURL);
    for (const result of [streamed, whole]) {
      expect(result).toMatchObject({ status: 'completed', output: '4 degrees.' });
      const calls = result.steps.flatMap((step) =>
        step.calls.map((call) => [call.name, call.arguments]),
      );
      expect(calls).toEqual([['get_weather', { city: 'Oslo' }]]);
    }
    expect(whole.fixes).toContainEqual(expect.objectContaining({ kind: 'salvaged-call' }));
  });

  test.each(read)('in a thought is a thought: %j', async (text) => {
    const reply = `<think>\nI could write:\n${text}\n</think>\nIt is cold.`;
    await using server = await startRoutedServer({}, sends(reply));
    for (const result of [
      await talk(server.baseURL),
      await weatherAgent(server.baseURL).stream('How warm is Oslo?').result,
    ]) {
      expect(result).toMatchObject({ status: 'completed', output: 'It is cold.' });
    }
    expect(server.chats).toHaveLength(2);
  });
});

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
  'An example of a prompt:\n```\nAction: get_weather\nAction Input: {"city":"Oslo"}\n```\nThat is all.',
  'MiniMax writes:\n```xml\n<invoke name="get_weather"><parameter name="city">Oslo</parameter></invoke>\n```\nThat is all.',
  'It writes <|tool_call_begin|>get_weather<|tool_call_argument_begin|>{"city":"Oslo"}<|tool_call_end|> for a call.',
  'The header is `commentary to=functions.get_weather`. It has no tokens.',
  'gpt-oss writes commentary to=functions.get_weather json{"city":"Oslo"} for it.',
  'It writes:\n```\nI look.commentary to=functions.get_weather json{}\n```\nThat is all.',
  '[Tools of the trade] The get_weather page says: 4 degrees.',
])('an answer about such a protocol stays the answer: %j', async (text) => {
  await using server = await startRoutedServer({}, repliesText(text));
  expect(await talk(server.baseURL)).toMatchObject({ status: 'completed', output: text });
});
