import { describe, expect, test } from '@jest/globals';
import { callsIn, read, repairsIn } from './weather-tools.ts';

const paris: [string, object] = ['get_weather', { city: 'Paris', days: 3 }];
const parisObject = '{"city": "Paris", "days": 3}';
const parisText = JSON.stringify(parisObject);

describe('shapes of JSON', () => {
  test.each([
    `{"name": "get_weather", "arguments": ${parisObject}}`,
    `{"name": "get_weather", "parameters": ${parisObject}}`,
    `{"name": "get_weather", "args": ${parisObject}}`,
    `{"name": "get_weather", "input": ${parisObject}}`,
    `{"arguments": ${parisObject}, "name": "get_weather"}`,
    `{"name": "get_weather", "arguments": ${parisText}}`,
    `{"function": "get_weather", "parameters": ${parisObject}}`,
    `{"type": "function", "name": "get_weather", "parameters": ${parisObject}}`,
    `{"type": "function", "id": "1", "function": {"name": "get_weather", "arguments": ${parisText}}}`,
    `{"function": {"name": "get_weather", "arguments": ${parisObject}}}`,
    `{"function_call": {"name": "get_weather", "arguments": ${parisText}}}`,
    `{"tool_call": {"name": "get_weather", "arguments": ${parisObject}}}`,
    `{"tool_calls": [{"name": "get_weather", "arguments": ${parisObject}}]}`,
    `{"tool_calls": [{"id": "x", "type": "function", "function": {"name": "get_weather", "arguments": ${parisText}}}]}`,
    `[{"name": "get_weather", "parameters": ${parisObject}}]`,
    `[\n  {\n    "name": "get_weather",\n    "arguments": ${parisObject}\n  }\n]`,
    `\`\`\`json\n{"name": "get_weather", "arguments": ${parisObject}}\n\`\`\``,
    `\`\`\`\n[{"name": "get_weather", "arguments": ${parisObject}}]\n\`\`\``,
    `\`\`\`tool_code\n{"name": "get_weather", "arguments": ${parisObject}}\n\`\`\``,
    `I will look: {"name": "get_weather", "arguments": ${parisObject}}`,
    `{'name': 'get_weather', 'arguments': {'city': 'Paris', 'days': 3}}`,
    `{"name": "get_weather", "arguments": {"city": "Paris", "days": 3,},}`,
    `{name: "get_weather", arguments: {city: "Paris", days: 3}}`,
  ])('%s', (text) => {
    expect(callsIn(text)).toEqual([paris]);
  });

  test('several objects are read separately: in a list, on lines, with semicolons', () => {
    const one = '{"name": "get_time", "arguments": {}}';
    for (const text of [`[${one}, ${one}]`, `[${one} ${one}]`, `${one}\n${one}`, `${one};${one}`]) {
      expect(callsIn(text)).toEqual([
        ['get_time', {}],
        ['get_time', {}],
      ]);
    }
  });

  test('a call without arguments can have {}, null, an empty text or no key', () => {
    for (const nothing of ['{}', 'null', '""', '"{}"']) {
      expect(callsIn(`{"name": "get_time", "arguments": ${nothing}}`)).toEqual([['get_time', {}]]);
    }
    expect(callsIn('<tool_call>{"name": "get_time"}</tool_call>')).toEqual([['get_time', {}]]);
  });

  test('"__proto__" is an ordinary key', () => {
    const [call] = read('{"name": "get_time", "arguments": {"__proto__": {"x": 1}}}').calls;
    expect(call?.readable && JSON.stringify(call.arguments)).toBe('{"__proto__":{"x":1}}');
    const [python] = read('[get_time(__proto__={"__proto__": 1})]').calls;
    expect(python?.readable && JSON.stringify(python.arguments)).toBe(
      '{"__proto__":{"__proto__":1}}',
    );
    expect(Reflect.get({}, 'x')).toBeUndefined();
  });
});

describe('JSON that is not complete', () => {
  test.each([
    '{"name": "get_weather", "arguments": {"city": "Par',
    '{"name": "get_weather", "arguments": {"city": "Paris"}',
    '{"name": "get_weather", ',
    '[{"name": "get_weather", "arguments": {"city": "Paris"}}',
    '[{"name": "get_weather", "arguments": {"city": "Paris"}}, {"na',
    '<tool_call>\n{"name": "get_weather", "arguments": {"city": true}',
    '```json\n{"name": "get_weather", "arguments": {"city": "Paris"}',
  ])('%s is cut', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'cut']]);
  });

  test.each([
    '{"name": "get_weather", "arguments": {"city": "say "hi" now"}}',
    '{"name": "get_weather", "arguments": {"city": }}',
    '{"name": "get_weather", "arguments": {"city": NaN}}',
    '{"name": "get_weather", "arguments": "not json"}',
    '{"name": "get_weather", "arguments": "{\\"city\\": \\"Par"}',
    '{"name": "get_weather", "arguments": [1]}',
    '<tool_call>{"name": "get_weather", "arguments": {"city": "Paris"}</tool_call>',
  ])('%s is broken', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'broken']]);
  });

  test('a broken object does not affect the others', () => {
    const text =
      '[{"name": "get_time", "arguments": {}}, {"name": "get_weather", "arguments": {"city": }}, {"name": "get_time", "arguments": {"a": 1}}]';
    expect(callsIn(text)).toEqual([
      ['get_time', {}],
      ['get_weather', 'broken'],
      ['get_time', { a: 1 }],
    ]);
  });

  test('repairs are listed', () => {
    expect(repairsIn('{"name": "get_time", "arguments": {"a": True}}')).toEqual([
      'Python literals',
    ]);
  });
});

describe('JSON that is not a call', () => {
  test.each([
    '{"name": "Bob", "arguments": "many"}',
    '{"name": "get_weather", "age": 3}',
    '{"city": "Paris", "name": "get_weather", "arguments": {}}',
    '{"example": {"name": "get_weather", "arguments": {"city": "Paris"}}}',
    '{\n  "example":\n    {"name": "get_weather", "arguments": {"city": "Paris"}}\n}',
    '{\n  "examples": [\n    {"name": "get_weather", "arguments": {"city": "Paris"}}\n  ]\n}',
    '[{"id": 1, "call":\n{"name": "get_weather", "arguments": {}}\n}]',
    'call = {"name": "get_weather", "arguments": {"city": "Paris"}}',
    'Write {"name": "get_weather", "arguments": {"city": "Paris"}} to call it.',
    '{"name": "get_weather", "description": "Weather.", "parameters": {"city": {}}}',
    '{"type": "function", "function": {"name": "get_weather", "description": "Weather.", "parameters": {}}}',
    '{"name": "get_weather", "parameters": {"type": "object", "properties": {}}}',
    '```json\n{"city": "Paris"}\n```',
    '```json\n[1, {"name": "get_weather", "arguments": {}}]\n```',
    '[]',
    '{}',
    '[1] According to get_weather, it rains.',
  ])('%s', (text) => {
    expect(read(text)).toEqual({ calls: [], text });
  });

  test('an empty line ends data whose brackets are not closed', () => {
    expect(callsIn('{"a": [1,\n\n[get_time()]')).toEqual([['get_time', {}]]);
  });
});

describe("llama.cpp's generic format", () => {
  test('a response is an answer', () => {
    const text = '{"response": "It is \\"sunny\\"."}\n';
    expect(read(text)).toEqual({ calls: [], text, answer: 'It is "sunny".' });
  });

  test('other keys, other types or text around it make it ordinary text', () => {
    for (const text of ['{"response": "a", "b": 1}', 'x {"response": "a"}', '{"response": 3}']) {
      expect(read(text)).toEqual({ calls: [], text });
    }
  });
});
