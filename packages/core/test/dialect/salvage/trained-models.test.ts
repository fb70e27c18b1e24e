import { describe, expect, test } from '@jest/globals';
import { toCallableNames } from '../../../src/dialect/salvage/callable-name.ts';
import { salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';

const tools = toCallableNames([
  {
    name: 'get_tide',
    spellings: ['get_tide'],
    parameters: {
      type: 'object',
      properties: {
        port: { type: 'string' },
        days: { type: 'integer' },
        unit: { enum: ['m', 'ft'] },
      },
    },
  },
]);

const read = (text: string) =>
  salvageCalls(text, tools).calls.map((call) => (call.readable ? call.arguments : 'unreadable'));

const husum = { port: 'Husum' };

describe('a call as small trained models write it', () => {
  test.each<[string, string, object]>([
    ['doubled braces', '{{"name": "get_tide", "arguments": {"port": "Husum"}}}', husum],
    ['a second brace too few', '{{"name": "get_tide", "arguments": {"port": "Husum"}}', husum],
    ['a brace too many', '{{"name": "get_tide", "arguments": {"port": "Husum"}}}}', husum],
    ['all braces doubled', '{{"name": "get_tide", "arguments": {{"port": "Husum"}}}}', husum],
    [
      'doubled braces in a fence',
      '```json\n{{"name": "get_tide", "arguments": {"port": "Husum"}}}\n```',
      husum,
    ],
    ['one closing brace too many', '{"name": "get_tide", "arguments": {"port": "Husum"}}}', husum],
    ['angle brackets', '<get_tide(port="Husum")>', husum],
    ['angle brackets and a colon', '<get_tide(port: "Husum", days: 2)>', { ...husum, days: 2 }],
    ['a colon', 'get_tide(port: "Husum")', husum],
    ['a colon in a list', '[get_tide(port: "Husum", days: 2)]', { ...husum, days: 2 }],
    ['names in quotes', 'get_tide("port": "Husum")', husum],
    [
      'the list of the guided dialect',
      '{"calls":[{"name":"get_tide","arguments":{"port":"Husum"}}]}',
      husum,
    ],
    [
      'an invented result after it',
      '<get_tide(port: "Husum")>: <tool_result>: {"low": "06:10"}',
      husum,
    ],
    [
      'prose and an invented result',
      'I look it up:\nget_tide(port="Husum")\n<tool_result>{"low":"06:10"}</tool_result>\nLow tide is at 06:10.',
      husum,
    ],
  ])('is read: %s', (_form, text, args) => {
    expect(read(text)).toEqual([args]);
  });

  test.each([
    ['a signature', 'get_tide(port: string, days?: int, unit?: "m" | "ft")'],
    ['a signature in a sentence', 'The tool is get_tide(port: string).'],
    ['a call of an unknown tool', '<get_wind(port="Husum")>'],
    ['a comparison', 'If a <get_tide then b>'],
    ['doubled braces of other data', '{{"port": "Husum"}}'],
  ])('is not read from %s', (_what, text) => {
    expect(read(text)).toEqual([]);
  });
});
