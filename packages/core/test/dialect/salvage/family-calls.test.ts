import { describe, expect, test } from '@jest/globals';
import type { JsonObject } from '../../../src/json.ts';
import { callsIn, read, repairsIn } from './weather-tools.ts';

const paris = '{"city": "Paris"}';
const named = '{"name": "get_weather", "arguments": {"city": "Paris"}}';
const invoke = '<invoke name="get_weather"><parameter name="city">Paris</parameter></invoke>';
const dsml = invoke.replaceAll('invoke', '｜DSML｜invoke').replaceAll('param', '｜DSML｜param');
const kimi = `<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>${paris}<|tool_call_end|>`;
const deepseek = `<｜tool▁call▁begin｜>function<｜tool▁sep｜>get_weather\n\`\`\`json\n${paris}\n\`\`\`<｜tool▁call▁end｜>`;
const newDeepseek = `<｜tool▁call▁begin｜>get_weather<｜tool▁sep｜>${paris}<｜tool▁call▁end｜>`;
const step = `<｜tool_call_begin｜>function<｜tool_sep｜>${invoke
  .replaceAll('invoke', 'steptml:invoke')
  .replaceAll('parameter', 'steptml:parameter')}<｜tool_call_end｜>`;
const pair = '<arg_key>city</arg_key>\n<arg_value>Paris</arg_value>';
const glm = `<tool_call>get_weather\n${pair}\n</tool_call>`;
const harmony = `<|channel|>commentary to=functions.get_weather <|constrain|>json<|message|>${paris}<|call|>`;
const react = `Action: get_weather\nAction Input: ${paris}`;

describe('a call in the protocol of a family of models', () => {
  test.each([
    invoke,
    `<function_calls>\n${invoke}\n</function_calls>`,
    `<minimax:tool_call>\n${invoke}\n</minimax:tool_call>`,
    `<minimax:tool_call>\n${invoke}\n</minimax:tool_call>[e~[`,
    `<any:function_calls>${invoke.replaceAll('invoke', 'any:invoke').replaceAll('parameter', 'any:parameter')}</any:function_calls>`,
    `<minimax:tool_call>${named}</minimax:tool_call>`,
    '<invoke name="get_weather">\n<parameter name="city">\nParis\n</parameter>\n</invoke>',
    `<invoke name="get_weather">${paris}</invoke>`,
    `<｜DSML｜function_calls>\n${dsml}\n</｜DSML｜function_calls>`,
    `<｜DSML｜calls>${dsml.replaceAll('｜DSML｜', '｜DSML｜ ')}</｜DSML｜calls>`,
    `<|tool_calls_section_begin|>${kimi}<|tool_calls_section_end|>`,
    `<|tool_calls_section_begin|> ${kimi.replaceAll('<|', ' <|').replaceAll('|>', '|> ')} <|tool_calls_section_end|>`,
    kimi.replace('functions.', '').replace(':0', ''),
    `<｜tool▁calls▁begin｜>${deepseek}<｜tool▁calls▁end｜><｜end▁of▁sentence｜>`,
    `<｜tool▁calls▁begin｜>${newDeepseek}<｜tool▁calls▁end｜>`,
    `<|tool_calls_begin|>${newDeepseek.replaceAll('▁', '_').replaceAll('｜', '|')}<|tool_calls_end|>`,
    `<｜tool_calls_begin｜>\n${step}\n<｜tool_calls_end｜>`,
    glm,
    glm.replaceAll('\n', ''),
    `get_weather\n${pair}`,
    `<tool_calls>\n<tool_call>get_weather<tool_sep>\n${pair}\n</tool_call>\n</tool_calls>`,
    `<longcat_tool_call>get_weather\n${pair.replaceAll('arg_', 'longcat_arg_')}\n</longcat_tool_call>`,
    `<seed:tool_call>\n<function=get_weather>\n<parameter=city>Paris</parameter>\n</function>\n</seed:tool_call>`,
    harmony,
    harmony.replace('<|call|>', ''),
    `<|start|>assistant to=functions.get_weather<|channel|>commentary json<|message|>${paris}<|call|>`,
    `<|channel|>analysis to=functions.get_weather code<|message|>${paris}<|call|>`,
    `commentary to=functions.get_weather json${paris}`,
    `assistantcommentary to=functions.get_weather json\n${paris}`,
    `<|tool_call|>[${named}]`,
    `<|tool_call|>[${named}]<|/tool_call|>`,
    `functools[${named}]`,
    `<|START_ACTION|>[\n  {"tool_call_id": "0", "tool_name": "get_weather", "parameters": ${paris}}\n]<|END_ACTION|>`,
    `<tool_calls>[${named}]</tool_calls>`,
    `<TOOLCALL>[${named}]</TOOLCALL>`,
    `<|tools_prefix|>[{"get_weather": ${paris}}]<|tools_suffix|>`,
    `<|action_start|><|plugin|>\n${named}<|action_end|>`,
    '<|python_tag|>get_weather(city="Paris")',
    `<tool_use>\n<name>get_weather</name>\n<arguments>${paris}</arguments>\n</tool_use>`,
    `<toolcall><get_weather>${paris}</get_weather></toolcall>`,
    react,
    `Thought: I look.\n${react}\nObservation: 4 degrees\nThought: Done.\nFinal Answer: 4 degrees`,
    `**Action:** \`get_weather\`\n**Action Input:** ${paris}`,
    `Action: get_weather\nAction Input:\n\`\`\`json\n${paris}\n\`\`\``,
    `\`\`\`json\n{"action": "get_weather", "action_input": ${paris}}\n\`\`\``,
  ])('is read alone, after prose and on the line of the prose: %j', (text) => {
    const calls = [['get_weather', { city: 'Paris' }]];
    expect(callsIn(text)).toEqual(calls);
    expect(repairsIn(text)).toEqual([]);
    expect(callsIn(`I look it up.\n${text}`)).toEqual(calls);
    if (!/^(?:get_|Thought|\*)/.test(text)) {
      expect(callsIn(`I look it up. ${text}`)).toEqual(calls);
    }
  });

  test.each([
    `${invoke}\n<invoke name="get_time"></invoke>`,
    `<minimax:tool_call>${invoke}<invoke name="get_time"></invoke></minimax:tool_call>`,
    `<minimax:tool_call>${invoke}</minimax:tool_call>\n<minimax:tool_call><invoke name="get_time"></invoke></minimax:tool_call>`,
    `<|tool_calls_section_begin|>${kimi}<|tool_call_begin|>functions.get_time:1<|tool_call_argument_begin|>{}<|tool_call_end|><|tool_calls_section_end|>`,
    `<｜tool▁calls▁begin｜>${deepseek}\n${newDeepseek.replace('get_weather', 'get_time').replace(paris, '{}')}<｜tool▁calls▁end｜>`,
    `${glm}\n<tool_call>get_time\n</tool_call>`,
    `<tool_call>get_weather\n${pair}\n<tool_call>get_time</tool_call>`,
    `${harmony}<|start|>assistant<|channel|>commentary to=functions.get_time <|constrain|>json<|message|>{}<|call|>`,
    `${harmony}<|start|>assistant<|channel|>commentary to=functions.get_time<|message|><|call|>`,
    `<|START_ACTION|>[{"tool_name": "get_weather", "parameters": ${paris}}, {"tool_name": "get_time", "parameters": {}}]<|END_ACTION|>`,
    `<|tools_prefix|>[{"get_weather": ${paris}}, {"get_time": {}}]<|tools_suffix|>`,
    `${react}\nAction: get_time\nAction Input: {}`,
  ])('is read with the calls after it: %j', (text) => {
    expect(callsIn(text)).toEqual([
      ['get_weather', { city: 'Paris' }],
      ['get_time', {}],
    ]);
  });

  test.each([
    invoke.slice(0, -20),
    '<invoke name="get_weather">',
    '<minimax:tool_call><invoke name="get_weather"><parameter name="city">Par',
    kimi.slice(0, -25),
    '<|tool_call_begin|>functions.get_weather:0<|tool_call_argument_begin|>',
    deepseek.slice(0, -28),
    '<tool_call>get_weather\n<arg_key>city</arg_key>\n<arg_value>Par',
    '<tool_call>get_weather\n<arg_key>ci',
    harmony.slice(0, -12),
    '<|channel|>commentary to=functions.get_weather',
    react.slice(0, -4),
    `<|START_ACTION|>[{"tool_name": "get_weather", "parameters": {"city`,
  ])('is cut if the text ends in it: %j', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'cut']]);
  });

  test('a missing end tag is a repair', () => {
    expect(repairsIn(`<minimax:tool_call>${invoke}`)).toEqual(['missing </minimax:tool_call>']);
    const text = '<tool_calls><invoke name="get_weather"><parameter name="city">Paris</parameter>';
    expect(repairsIn(`${text}</tool_calls>`)).toEqual(['missing </invoke>']);
  });
});

describe('the text of an argument', () => {
  const written: readonly [string, (name: string, text: string) => string][] = [
    [
      'invoke',
      (name, text) =>
        `<invoke name="get_weather"><parameter name="${name}">${text}</parameter></invoke>`,
    ],
    [
      'arg_key',
      (name, text) =>
        `<tool_call>get_weather<arg_key>${name}</arg_key><arg_value>${text}</arg_value></tool_call>`,
    ],
  ];

  test.each(written)('gets its type from the schema: %s', (_, write) => {
    const argumentIn = (name: string, text: string) => {
      const [call] = callsIn(write(name, text));
      return (call?.[1] as JsonObject | undefined)?.[name];
    };
    for (const text of ['42', 'true', '{"a": 1}', ' x ', '"q"', 'a <b> & c', 'one\ntwo\n', '']) {
      expect(argumentIn('city', text)).toBe(text);
    }
    expect(argumentIn('days', '42')).toBe(42);
    expect(argumentIn('days', '\n42\n')).toBe(42);
    expect(argumentIn('metric', 'True')).toBe(true);
    expect(argumentIn('tags', '["a", "7"]')).toEqual(['a', '7']);
    expect(argumentIn('place', '{"zip": "0123"}')).toEqual({ zip: '0123' });
    expect(argumentIn('city', '\nParis\n')).toBe('Paris');
  });

  test('is text if the tag of DeepSeek marks it as text and the schema has no type', () => {
    const write = (isText: boolean) =>
      `<｜DSML｜invoke name="get_time"><｜DSML｜parameter name="zone" string="${isText}">7</｜DSML｜parameter></｜DSML｜invoke>`;
    expect(callsIn(write(true))).toEqual([['get_time', { zone: '7' }]]);
    expect(callsIn(write(false))).toEqual([['get_time', { zone: 7 }]]);
  });
});

describe('text about a protocol', () => {
  test.each([
    `A call is written as ${invoke} and the server reads it.`,
    `The form is ${kimi}, as the template shows.`,
    `GLM writes ${glm} for this.`,
    `gpt-oss writes ${harmony} for a call.`,
    `DeepSeek writes ${newDeepseek}, then the end.`,
    `Write \`${invoke}\` to call it.`,
    `It says "${invoke}"`,
    `It begins with (${kimi}`,
    `\`\`\`xml\n<minimax:tool_call>\n${invoke}\n</minimax:tool_call>\n\`\`\`\nThe server reads it.`,
    `\`\`\`\n${kimi}\n\`\`\``,
    `\`\`\`\n${react}\n\`\`\``,
    `An example:\n${invoke.replace('get_weather', 'open_door')}`,
    'Action: open_door\nAction Input: {"a": 1}',
    'Action: get_weather is needed.\nAction Input: none',
    'Use <invoke name="get_weather"> to look.',
    'Use <tool_calls> and <arg_key>city</arg_key> for it.',
    'get_weather\nis a tool with <arg_key> tags.',
    `He said to=functions.get_weather ${paris}`,
    `He said so. to=functions.get_weather ${paris}`,
    `gpt-oss writes commentary to=functions.get_weather json${paris}`,
    `A header is "analysis to=functions.get_weather". commentary is a channel.`,
    `I look.commentary to=functions.open_door json${paris}`,
    `\`\`\`\nx\n\`\`\`\ncommentary to=get_weather ${paris}`,
    `<function_results>\n${invoke}\n</function_results>`,
    `<｜tool▁outputs▁begin｜>\n${invoke}`,
  ])('has no call: %j', (text) => {
    expect(read(text)).toEqual({ calls: [], text });
  });

  test('a call of an unknown tool counts next to a call of an active one', () => {
    const unknown = '<invoke name="open_door"><parameter name="a">1</parameter></invoke>';
    expect(callsIn(unknown + invoke)).toEqual([
      ['open_door', { a: 1 }],
      ['get_weather', { city: 'Paris' }],
    ]);
  });

  test('an observation that the model invented ends the calls of the ReAct form', () => {
    const text = `${react}\nObservation: 4 degrees\n${react.replace('Paris', 'Oslo')}`;
    expect(callsIn(text)).toEqual([['get_weather', { city: 'Paris' }]]);
    expect(callsIn(`Observation: it is cold.\n[get_time()]`)).toEqual([['get_time', {}]]);
  });
});
