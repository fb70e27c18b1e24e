import { describe, expect, test } from '@jest/globals';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import type { ParsedReply } from '../../src/dialect/dialect.ts';
import type { FinishReason } from '../../src/dialect/wire.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import {
  answer,
  call,
  calls,
  encodeTurns,
  promptOf,
  result,
  results,
  spec,
  user,
} from '../support/encode-turns.ts';

const { gemma3Strict } = profiles;

const profile = defineProfile(gemma3Strict, { dialect: 'guided' });
const dialect = createDialect(profile);
const tools = [spec('add', { a: { type: 'number' } }), spec('get-time')] as const;

function parse(text: string, finishReason: FinishReason = 'stop') {
  const parser = dialect.createParser(promptOf([user('Go.')], { tools: [...tools] }));
  const shown = [...text].flatMap((piece) => parser.push({ text: piece }));
  const { parsed, deltas } = parser.finish({ text, reasoning: '', calls: [], finishReason });
  const pieces = [...shown, ...deltas].map((delta) =>
    delta.type === 'text-delta' ? delta.text : '',
  );
  return { parsed, shown: pieces.join('') };
}

function parsedOf(reply: string, finishReason?: FinishReason): ParsedReply {
  return parse(reply, finishReason).parsed;
}

describe('a reply', () => {
  test('with an answer is the text of the answer, and it is streamed', () => {
    const { parsed, shown } = parse('{"answer":"It is \\"noon\\".\\n"}');
    expect(parsed).toEqual({ kind: 'text', text: 'It is "noon".\n', fixes: [] });
    expect(shown).toBe('It is "noon".\n');
  });

  test('with calls is calls with the original names of the tools', () => {
    const { name } = call('', 'get-time');
    expect(parsedOf('{"calls":[{"name":"add","arguments":{"a":1}},{"name":"get_time"}]}')).toEqual({
      kind: 'calls',
      calls: [
        { name: 'add', arguments: { a: 1 } },
        { name, arguments: {} },
      ],
      fixes: [],
    });
  });

  test.each(['"a=1"', '[1]', '7'])('with arguments %s has an unreadable call', (written) => {
    expect(parsedOf(`{"calls":[{"name":"add","arguments":${written}}]}`)).toMatchObject({
      calls: [{ name: 'add', arguments: {}, unreadable: { text: written } }],
    });
  });

  test('with calls and an answer keeps the calls and reports the dropped text', () => {
    expect(parsedOf('{"calls":[{"name":"add","arguments":{}}],"answer":"Hm."}')).toMatchObject({
      kind: 'calls',
      fixes: [{ kind: 'dropped-text', text: 'Hm.' }],
    });
  });

  test('with repaired syntax has a fix', () => {
    expect(parsedOf('{"calls":[{"name":"add","arguments":{"a":1,}}]}')).toMatchObject({
      kind: 'calls',
      fixes: [{ kind: 'repaired-arguments', name: 'add' }],
    });
  });

  test('that was cut at the output limit has no readable call, even if its JSON is complete', () => {
    expect(parsedOf('{"calls":[{"name":"add","arguments":{"a":1}}]}', 'length')).toMatchObject({
      calls: [{ unreadable: { problem: expect.any(String) } }],
    });
  });

  test.each([
    ['incomplete calls', '{"calls":[{"name":"add","arguments":{"a":1'],
    ['an empty answer', '{"answer":" "}'],
  ])('of %s is unusable', (_what, text) => {
    expect(parsedOf(text).kind).toBe('unusable');
  });

  test('with an answer that was cut keeps the text that arrived', () => {
    expect(parsedOf('{"answer":"Once upon', 'length')).toEqual({
      kind: 'text',
      text: 'Once upon',
      fixes: [{ kind: 'cut-text' }],
    });
  });

  test('of a server that ignores the format is parsed as text', () => {
    expect(parsedOf('It is noon.')).toMatchObject({ kind: 'text', text: 'It is noon.' });
    expect(parsedOf('[add(a=1)]')).toMatchObject({ calls: [{ name: 'add', arguments: { a: 1 } }] });
  });
});

test('past calls and answers are encoded in the requested format', () => {
  const one = call('1.0', 'add', { a: 1 });
  const turns = [
    user('Add.'),
    calls(one),
    results([result(one, '1')]),
    answer('1'),
    user('Again.'),
  ];
  const { messages, response_format } = encodeTurns(profile, turns, { tools: [...tools] });
  expect(messages.map(({ role }) => role)).toEqual([
    'user',
    'assistant',
    'user',
    'assistant',
    'user',
  ]);
  expect(messages[1]?.content).toBe('{"calls":[{"name":"add","arguments":{"a":1}}]}');
  expect(messages[3]?.content).toBe('{"answer":"1"}');
  expect(response_format?.type).toBe('json_schema');
});
