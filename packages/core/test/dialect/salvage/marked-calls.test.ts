import { describe, expect, test } from '@jest/globals';
import { callsIn, read, repairsIn } from './weather-tools.ts';

const json = '{"name": "get_weather", "arguments": {"city": "Paris"}}';
const python = '[get_weather(city="Paris")]';

describe('tags and fences', () => {
  test.each([
    `<tool_call>\n${json}\n</tool_call>`,
    `<tool_call>${json}</tool_call>`,
    `<tool_call>\n${python}\n</tool_call>`,
    `<tool_call>[${json}]</tool_call>`,
    `<function_call>${json}</function_call>`,
    `<function_calls>\nget_weather(city="Paris")\n</function_calls>`,
    `<tool_code>\nprint(get_weather(city="Paris"))\n</tool_code>`,
    `<|python_start|>${python}<|python_end|>`,
    `<|python_start|>get_weather(city="Paris")<|python_end|>`,
    `<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}`,
    `<|python_tag|>{"name": "get_weather", "parameters": {"city": "Paris"}}<|eom_id|>`,
    `<|tool_call_start|>${python}<|tool_call_end|>`,
    `[TOOL_CALLS][${json}]`,
    `[TOOL_CALLS] [${json}]</s>`,
    `[TOOL_CALLS]get_weather{"city": "Paris"}`,
    `[TOOL_CALLS]get_weather[ARGS]{"city": "Paris"}`,
    `[TOOL_CALLS]get_weather[CALL_ID]abc123[ARGS]{"city": "Paris"}`,
    `[TOOL_REQUEST]${json}[END_TOOL_REQUEST]`,
    `<tool_call><function=get_weather><parameter=city>Paris</parameter></function></tool_call>`,
    `<tool_call>\n<function=get_weather>\n<parameter=city>\nParis\n</parameter>\n</function>\n</tool_call>`,
    `<function=get_weather>{"city": "Paris"}</function>`,
    `<function=get_weather>\n<parameter=city>Paris</parameter>\n</function>\n</tool_call>`,
    `<start_function_call>call:get_weather{city:<escape>Paris<escape>}<end_function_call>`,
    `<|tool_call>call:get_weather{city:<|"|>Paris<|"|>}<tool_call|>`,
    `call:get_weather{city:Paris}`,
    `call:get_weather{city:<|"|>Paris<|"|>}<turn|>`,
    `\`\`\`tool_code\n${python}\n\`\`\``,
    `\`\`\`tool_code\nprint(get_weather(city="Paris"))\n\`\`\``,
    `\`\`\`tool_code\nprint(${python})\n\`\`\``,
    `\`\`\`python\nget_weather(city="Paris")\n\`\`\``,
    `\`\`\`python\n# look it up\nget_weather(city="Paris")  # now\n\`\`\``,
    `\`\`\`\nget_weather(city="Paris")\n\`\`\``,
    `\`\`\`${python}\`\`\``,
    `\`\`\`xml\n<tool_call>${json}</tool_call>\n\`\`\``,
    `Let me see. \`\`\`json\n${json}\n\`\`\``,
    `${python}<end_of_turn>`,
    `\r\n\r\n${python}\r\n`,
    `${python}  # look it up`,
  ])('%s', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', { city: 'Paris' }]]);
    expect(repairsIn(text)).toEqual([]);
  });

  test('several tagged calls are read in order, and the prose around them is kept', () => {
    const found = read(
      `First.\n<tool_call>${json}</tool_call>\n<tool_call>{"name": "get_time", "arguments": {}}</tool_call>\nThen.`,
    );
    expect(found.calls.map(({ name }) => name)).toEqual(['get_weather', 'get_time']);
    expect(found.text).toBe('First.\n\nThen.');
    expect(found.form).toBe('<tool_call>');
  });

  test('several lines of a fence are several calls', () => {
    expect(callsIn('```tool_code\nprint(get_time(), get_time())\n```')).toHaveLength(2);
    const text = '```tool_code\nprint(get_time())\nprint(get_weather(city="Paris"))\n```';
    expect(callsIn(text)).toHaveLength(2);
  });

  test.each([
    [`<tool_call>\n${json}`, 'missing </tool_call> after <tool_call>'],
    [`<|python_start|>${python}`, 'missing <|python_end|> after <|python_start|>'],
    [`\`\`\`tool_code\n${python}`, 'missing end of the fence'],
    [`<tool_call>${json}}</tool_call>`, 'superfluous "}"'],
    [
      '<tool_call><function=get_weather><parameter=city>Paris</parameter></tool_call>',
      'missing </function>',
    ],
  ])('%s is repaired: %s', (text, repair) => {
    expect(callsIn(text)).toEqual([['get_weather', { city: 'Paris' }]]);
    expect(repairsIn(text)).toContain(repair);
  });

  test('a missing end tag between two calls is repaired', () => {
    const text = `<tool_call>${json}\n<tool_call>${json}</tool_call>`;
    expect(callsIn(text)).toHaveLength(2);
    expect(repairsIn(text)).toHaveLength(1);
  });

  test('a call of an unknown tool counts only together with a call of an active tool', () => {
    const unknown = '<tool_call>{"name": "open_door", "arguments": {}}</tool_call>';
    expect(callsIn(`${unknown}\n<tool_call>${json}</tool_call>`)).toEqual([
      ['open_door', {}],
      ['get_weather', { city: 'Paris' }],
    ]);
    expect(read(unknown)).toEqual({ calls: [], text: unknown });
  });
});

describe('forms without types', () => {
  test('the schema decides whether a text is a number', () => {
    const types = { city: '42', days: 42, metric: true };
    expect(
      callsIn(
        '<start_function_call>call:get_weather{city:<escape>42<escape>,days:<escape>42<escape>,metric:<escape>true<escape>}<end_function_call>',
      ),
    ).toEqual([['get_weather', types]]);
    expect(
      callsIn(
        '<function=get_weather><parameter=city>42</parameter><parameter=days>42</parameter><parameter=metric>True</parameter></function>',
      ),
    ).toEqual([['get_weather', types]]);
    expect(
      callsIn('<|tool_call>call:get_weather{city:42,days:42,metric:true}<tool_call|>'),
    ).toEqual([['get_weather', types]]);
  });

  test('without a type in the schema a JSON literal is its value', () => {
    expect(
      callsIn('call:get_time{a:<escape>42<escape>,b:<escape>true<escape>,c:<escape>x y<escape>}'),
    ).toEqual([['get_time', { a: 42, b: true, c: 'x y' }]]);
  });

  test('nested objects and lists get their types from the schema', () => {
    expect(
      callsIn(
        '<|tool_call>call:get_weather{place:{zip:<|"|>0123<|"|>,floor:5},tags:[<|"|>a, b<|"|>,<|"|>7<|"|>]}<tool_call|>',
      ),
    ).toEqual([['get_weather', { place: { zip: '0123', floor: 5 }, tags: ['a, b', '7'] }]]);
    expect(
      callsIn(
        '<function=get_weather><parameter=place>{"zip": "0123"}</parameter><parameter=tags>["a"]</parameter></function>',
      ),
    ).toEqual([['get_weather', { place: { zip: '0123' }, tags: ['a'] }]]);
  });

  test('brackets, commas, quotes and line breaks between markers are text', () => {
    const text = 'a}, b:{"x"]\n<b>';
    expect(callsIn(`call:get_weather{city:<escape>${text}<escape>}`)).toEqual([
      ['get_weather', { city: text }],
    ]);
    expect(
      callsIn(`<function=get_weather><parameter=city>\n${text}\n</parameter></function>`),
    ).toEqual([['get_weather', { city: text }]]);
  });

  test.each([
    '<start_function_call>call:get_weather{city:<escape>Par',
    '<start_function_call>call:get_weather{city:<escape>Paris<escape>',
    '<|tool_call>call:get_weather{city:<|"|>Paris<|"|>,days:4',
    'call:get_weather{',
    '<tool_call><function=get_weather><parameter=city>Par',
    '<tool_call><function=get_weather><parameter=city>Paris</parameter>',
    '<function=get_weather>',
    '<function=get_weather>{"city": "Par',
    '[TOOL_CALLS]get_weather{"city": "Par',
  ])('%s is cut', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'cut']]);
  });

  test.each([
    'call:get_weather{city:New York, NY}',
    'call:get_weather{city:}',
    '<tool_call><function=get_weather><parameter=city>Paris<parameter=days>3</parameter></function></tool_call>',
  ])('%s is broken', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'broken']]);
  });
});
