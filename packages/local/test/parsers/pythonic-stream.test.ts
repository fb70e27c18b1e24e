import { describe, expect, test } from '@jest/globals';
import { pythonicParser } from '../../src/chat/reply-parser.ts';

const newer = { acceptsJsonLiterals: true, acceptsDottedNames: true };
const older = { acceptsJsonLiterals: false, acceptsDottedNames: false };

type Row = [text: string, whole: string[] | 'content', streamed: Streamed, rules?: typeof newer];
/** What a client receives for every way to cut the text into pieces: all the text, nothing, the calls, or broken JSON. */
type Streamed =
  | 'content'
  | 'nothing'
  | 'calls'
  | 'broken or nothing'
  | 'calls or nothing'
  | string[];

/**
 * What vLLM's pythonic parser makes of possible model texts. Compared with the published parser, which
 * ran in Python on these and 4,500 mutated texts.
 */
const rows: Row[] = [
  ['[f(city="Paris", days=3)]', ['f {"city": "Paris", "days": 3}'], 'calls'],
  ['[f(a="x"), g(b=[1, 2.5])]', ['f {"a": "x"}', 'g {"b": [1, 2.5]}'], 'calls'],
  ['[f()]', ['f {}'], 'calls'],
  ['[f(o={"k": {"n": None}}, l=[True])]', ['f {"o": {"k": {"n": null}}, "l": [true]}'], 'calls'],
  ['[f(q="é \\n \\u00e9")]', ['f {"q": "é \\n é"}'], 'calls'],
  ['[f(q="""a\nb""")]', ['f {"q": "a\\nb"}'], 'calls'],
  ['[f(x=1.0, y=1e16)]', ['f {"x": 1.0, "y": 1e+16}'], 'calls'],
  ['\n[f(a="x")]', 'content', 'content'],
  [' [f(a="x")]', 'content', 'content'],
  ['Let me check.\n[f(a="x")]', 'content', 'content'],
  ['```tool_code\n[f(a="x")]\n```', 'content', 'content'],
  ['```python\n[f(a="x")]\n```', 'content', 'content'],
  ['f(a="x")', 'content', 'content'],
  ['[f(a="x")]\nLet me check that', 'content', 'calls or nothing'],
  ['[f(a="x")]\n[g(b="y")]', ['f {"a": "x"}'], ['f {"a": "x"}']],
  ['[f(a="x")]\n\nDone', ['f {"a": "x"}'], ['f {"a": "x"}']],
  ['[f(x=-5)]', 'content', 'nothing'],
  ['[f(x=(1, 2))]', 'content', 'nothing'],
  ['[f(x=1+2)]', 'content', 'broken or nothing'],
  ['[f(x=f"a{b}")]', 'content', 'nothing'],
  ['[f(x=y)]', 'content', 'nothing'],
  ['[f(x=g(1))]', 'content', 'nothing'],
  ['[f(x=[1.5,-2.0])]', 'content', 'broken or nothing'],
  ['[f(city="Paris"days=3)]', 'content', 'broken or nothing'],
  ['[f("Paris")]', 'content', ['f {}']],
  ['[my-tool(a="x")]', 'content', 'nothing'],
  ['[srv.tool(a="x")]', 'content', 'nothing', older],
  ['[srv.tool(a="x")]', 'content', ['srv.tool {"a": "x"}'], newer],
  ['[f(a=true)]', 'content', 'nothing', older],
  ['[f(a=true)]', ['f {"a": true}'], 'calls', newer],
  ['[f(from="a")]', 'content', 'nothing'],
  ['[f(x-y="a")]', 'content', 'nothing'],
  ["[f(q='Martha's')]", 'content', 'broken or nothing'],
  ['[f(q="a\nb")]', 'content', 'broken or nothing'],
  ['[f(q="smile :) ]")]', ['f {"q": "smile :) ]"}'], 'broken or nothing'],
  ['[f(q="say \\"hi\\" [ok")]', ['f {"q": "say \\"hi\\" [ok"}'], 'broken or nothing'],
  ['[f(p="C:\\\\")]', ['f {"p": "C:\\\\"}'], 'broken or nothing'],
  ['[OpenAI](https://example.org) is', 'content', 'nothing'],
  ['[1] According', 'content', 'nothing'],
  ['[{"a":1}]', 'content', 'nothing'],
  ['[]', 'content', 'nothing'],
  ['[x] done', 'content', 'nothing'],
];

describe('the pythonic parser of vLLM', () => {
  test.each(rows)('reads %j whole', (text, whole, _streamed, rules = newer) => {
    const { content, calls, finishReason } = pythonicParser(rules).parse(text, 'stop');
    if (whole === 'content') {
      expect({ content, calls, finishReason }).toEqual({
        content: text,
        calls: [],
        finishReason: 'stop',
      });
    } else {
      expect(calls.map((call) => `${call.name} ${call.arguments}`)).toEqual(whole);
      expect({ content, finishReason }).toEqual({ content: null, finishReason: 'tool_calls' });
    }
  });

  describe.each([1, 3, 8])('in deltas of %i characters', (size) => {
    test.each(rows)('reads %j', (text, whole, streamed, rules = newer) => {
      const { content, calls, finishReason } = streamInPieces(text, size, rules);
      expect(finishReason).toBe(calls.length > 0 ? 'tool_calls' : 'stop');
      expect(content).toBe(streamed === 'content' ? text : '');
      expectCalls(calls, streamed, whole);
    });
  });

  test('a call cut by the token limit finishes with length', () => {
    expect(pythonicParser(newer).parse('[f(a="x")', 'length').finishReason).toBe('length');
  });

  test('only the first call is kept if parallel calls are switched off', () => {
    const parser = pythonicParser(newer, { firstCallOnly: true });
    expect(parser.parse('[f(a=1), g(b=2)]', 'stop').calls).toHaveLength(1);
  });
});

function expectCalls(calls: string[], streamed: Streamed, whole: Row[1]): void {
  if (Array.isArray(streamed)) {
    expect(calls).toEqual(streamed);
    return;
  }
  switch (streamed) {
    case 'calls':
      expect(calls).toEqual(whole);
      return;
    case 'calls or nothing':
      expect([[], ['f {"a": "x"}']]).toContainEqual(calls);
      return;
    case 'broken or nothing':
      expect(calls.filter(isIntact)).toEqual([]);
      return;
    default:
      expect(calls).toEqual([]);
  }
}

function streamInPieces(text: string, size: number, rules: typeof newer) {
  const stream = pythonicParser(rules).createStream();
  const characters = [...text];
  const pieces = Array.from({ length: Math.ceil(characters.length / size) }, (_, index) =>
    characters.slice(index * size, (index + 1) * size).join(''),
  );
  const deltas = pieces.flatMap((piece) => stream.push(piece));
  const end = stream.end('stop');
  const calls: string[] = [];
  for (const call of [...deltas, ...end.deltas].flatMap((delta) => delta.calls ?? [])) {
    const head = call.name === undefined ? '' : `${call.name} `;
    calls[call.index] = `${calls[call.index] ?? ''}${head}${call.arguments}`;
  }
  const content = [...deltas, ...end.deltas].map((delta) => delta.content ?? '').join('');
  return { content, calls, finishReason: end.finishReason };
}

function isIntact(call: string): boolean {
  try {
    JSON.parse(call.slice(call.indexOf(' ') + 1));
    return true;
  } catch {
    return false;
  }
}
