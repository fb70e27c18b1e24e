import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { toCallableNames } from '../../../src/dialect/salvage/callable-name.ts';
import { Cursor } from '../../../src/dialect/salvage/cursor.ts';
import { createHoldBack } from '../../../src/dialect/salvage/hold-back.ts';
import { salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';

const tools = toCallableNames([
  {
    name: 'save',
    spellings: ['save'],
    parameters: { type: 'object', properties: { path: { type: 'string' }, content: {} } },
  },
]);

const { peek, takeWhile, skipToQuote } = Cursor.prototype;
let reads = 0;
beforeAll(() => {
  Cursor.prototype.peek = function (ahead) {
    reads += 1;
    return peek.call(this, ahead);
  };
  Cursor.prototype.takeWhile = function (belongs, most) {
    const taken = takeWhile.call(this, belongs, most);
    reads += taken.length + 1;
    return taken;
  };
  Cursor.prototype.skipToQuote = function (quote) {
    const start = this.at;
    skipToQuote.call(this, quote);
    reads += this.at - start + 1;
  };
});
afterAll(() => {
  Object.assign(Cursor.prototype, { peek, takeWhile, skipToQuote });
});

function countReads(work: () => void): number {
  reads = 0;
  work();
  return reads;
}

const kinds: readonly (readonly [string, (size: number) => string])[] = [
  ['escaped quotes in an open call', (size) => `[save(content="${'\\"'.repeat(size / 2)}`],
  ['escaped apostrophes in a broken call', (size) => `[save(a b, '${"\\'".repeat(size / 2)})]`],
  ['quotes of two kinds in an open call', (size) => `save(content="${`\\"\\'`.repeat(size / 4)}`],
  ['open tags with an open object', (size) => '<tool_call>{"name":"save"'.repeat(size / 25)],
  ['open lists after a tag', (size) => '[TOOL_CALLS][{"name":"save"'.repeat(size / 27)],
  [
    'unescaped quotes',
    (size) => `{"name":"save","arguments":{"x":"${'a "b" '.repeat(size / 6)}"}}`,
  ],
  ['open brackets', (size) => '[save(content={"a":['.repeat(size / 20)],
  ['brackets of tags', (size) => '<'.repeat(size)],
  ['open tags of calls', (size) => '<invoke name="save">'.repeat(size / 20)],
  ['open parameters', (size) => '<invoke name="save"><parameter name="path">'.repeat(size / 43)],
  ['nested tags', (size) => '<tool_calls>'.repeat(size / 12)],
  ['tags with a prefix', (size) => '<a:tool_call>'.repeat(size / 13)],
  ['open keys', (size) => '<tool_call>save<arg_key>'.repeat(size / 24)],
  ['open keys on lines', (size) => 'save\n<arg_key>\n'.repeat(size / 15)],
  ['open tokens of calls', (size) => '<|tool_call_begin|>save'.repeat(size / 23)],
  ['open sections', (size) => '<｜tool▁calls▁begin｜>{'.repeat(size / 22)],
  ['headers of messages', (size) => '<|channel|>commentary to=save '.repeat(size / 30)],
  ['headers without tokens', (size) => 'assistant to=functions.save\n'.repeat(size / 28)],
  ['actions', (size) => 'Action: save\n'.repeat(size / 13)],
  [
    'actions with an open object',
    (size) => 'Action: save\nAction Input: {"a":\n'.repeat(size / 33),
  ],
  ['keyed objects', (size) => '<|tools_prefix|>[{"save":'.repeat(size / 25)],
  ['open code fences', (size) => '```\nsave(content="1")\nx\n'.repeat(size / 24)],
];

test.each(kinds)('%s are read in linear time, whole', (_, make) => {
  const part = countReads(() => salvageCalls(make(2_000), tools));
  const all = countReads(() => salvageCalls(make(8_000), tools));
  expect(all).toBeLessThanOrEqual(5 * part);
});

test.each(kinds)('%s are read in linear time, character by character', (_, make) => {
  const stream = (text: string) => {
    const holdBack = createHoldBack(tools);
    for (const character of text) holdBack.push(character);
  };
  const part = countReads(() => stream(make(2_000)));
  const all = countReads(() => stream(make(8_000)));
  expect(all).toBeLessThanOrEqual(5 * part);
});

test.each([
  ['prose', 'The weather in Paris, and "so" is [the food](http://x). '],
  ['calls within a line', ': save(content="1") z\n'],
  ['calls in inline code', '`save(content="1")` '],
])('text that was shown while it was streamed is not read again at its end: %s', (_, piece) => {
  const text = piece.repeat(100);
  const holdBack = createHoldBack(tools);
  const streamed = countReads(() => {
    for (const character of text) holdBack.push(character);
  });
  const atEnd = countReads(() => holdBack.finish(text));
  expect(streamed).toBeGreaterThan(0);
  expect(atEnd).toBeLessThan(text.length / 10);
});

test('a cut call with a long JSON file in its argument is found, and it is cut', () => {
  const file = JSON.stringify([...Array(800).keys()].map((id) => ({ id, note: 'a, "b"' })));
  const text = `[save(path="a.json", content=${JSON.stringify(file)})]`.slice(0, -30);
  const { calls } = salvageCalls(text, tools);
  expect(calls).toEqual([expect.objectContaining({ name: 'save', readable: false, cut: true })]);
});
