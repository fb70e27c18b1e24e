import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { repairJson } from '../../src/schema/json-text/repair-json.ts';

const jsonValue = fc.jsonValue({ maxDepth: 4 });
const jsonObject = fc.dictionary(fc.string(), jsonValue);

describe('strict JSON', () => {
  test('any JSON value is unchanged, without repairs', () => {
    fc.assert(
      fc.property(jsonValue, (value) => {
        const text = JSON.stringify(value);
        expect(repairJson(text)).toMatchObject({ ok: true, value: JSON.parse(text), repairs: [] });
      }),
    );
  });

  test('of a key that is written twice the last value is used, and the repairs name the key', () => {
    expect(repairJson('{"to": "a", "to": "b", "in": {"to": 1}}')).toEqual({
      ok: true,
      value: { to: 'b', in: { to: 1 } },
      repairs: ['the last of several values of "to"'],
      largeNumbers: [],
    });
  });

  test('a number that JavaScript cannot hold makes the text unusable, or becomes text if asked for', () => {
    for (const literal of ['9007199254740993', '-1e400', '3e-999', '900719925474099300000001']) {
      for (const text of [
        `{"a": [1, ${literal}]}`,
        `{a: [1, ${literal},]}`,
        `{\\"a\\": [1, ${literal}]}`,
      ]) {
        expect(repairJson(text)).toMatchObject({
          ok: false,
          problem: expect.stringContaining(literal),
        });
        expect(repairJson(text, { keepsLargeNumbers: true })).toMatchObject({
          value: { a: [1, literal] },
          largeNumbers: [literal],
        });
      }
    }
  });

  test('"__proto__" is an ordinary key and changes no prototype', () => {
    for (const text of ['{"__proto__": {"polluted": true}}', "{'__proto__': {polluted: true}}"]) {
      const repaired = repairJson(text);
      expect(repaired.ok && JSON.stringify(repaired.value)).toBe('{"__proto__":{"polluted":true}}');
      expect(Reflect.get({}, 'polluted')).toBeUndefined();
    }
  });
});

describe('what is repaired', () => {
  test.each<[string, string, unknown, string[]]>([
    [
      'single quotes',
      "{'a': 'it is', 'b': 'it\\'s'}",
      { a: 'it is', b: "it's" },
      ['single quotes', 'escaped quotes'],
    ],
    ['typographic quotes', '{“a”: ‘b’}', { a: 'b' }, ['special quotes']],
    [
      'unquoted keys and text',
      '{a: hello world, b: 2}',
      { a: 'hello world', b: 2 },
      ['unquoted words'],
    ],
    [
      'an unquoted URL',
      '{a: https://example.org/x?y=1}',
      { a: 'https://example.org/x?y=1' },
      ['unquoted words'],
    ],
    [
      'an unquoted time',
      '{day: 2026-01-02T10:00:00Z}',
      { day: '2026-01-02T10:00:00Z' },
      ['unquoted words'],
    ],
    [
      'Python literals',
      '{"a": True, "b": [False, None]}',
      { a: true, b: [false, null] },
      ['Python literals'],
    ],
    ['a trailing comma', '{"a": [1, 2,],}', { a: [1, 2] }, ['superfluous comma']],
    ['a missing comma', '{"a": 1\n"b": ["c" "d"]}', { a: 1, b: ['c', 'd'] }, ['missing comma']],
    ['a missing colon', '{"a" 1}', { a: 1 }, ['missing colon']],
    ['comments', '{"a": 1, // one\n"b": /* two */ 2}', { a: 1, b: 2 }, ['comments']],
    ['a code fence', '```json\n{"a": 1,}\n```\n', { a: 1 }, ['code fence', 'superfluous comma']],
    [
      'JSON that was escaped twice',
      '{\\"a\\": \\"b \\\\\\"c\\\\\\"\\"}',
      { a: 'b "c"' },
      ['escaped JSON'],
    ],
    [
      'line breaks inside a string',
      '{"a": "b\nc\td"}',
      { a: 'b\nc\td' },
      ['unescaped control characters'],
    ],
    [
      'joined strings',
      '{"a": "b" + "c" +\n\'d\'}',
      { a: 'bcd' },
      ['single quotes', 'concatenated strings'],
    ],
    ['special white space', '{"a":\u00a01}', { a: 1 }, ['special whitespace']],
    ['a missing leading zero', '{"a": .5, "b": -.5}', { a: 0.5, b: -0.5 }, ['leading zero']],
  ])('%s', (_, text, value, repairs) => {
    expect(repairJson(text)).toEqual({
      ok: true,
      value,
      repairs: expect.arrayContaining(repairs),
      largeNumbers: [],
    });
  });

  test('an object in JavaScript syntax has the same value as in JSON', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), jsonValue), (value) => {
        const members = Object.entries(value).map(
          ([key, member]) => `${key}: ${JSON.stringify(member)},`,
        );
        const repaired = repairJson(`{ /* loose */ ${members.join(' ')} }`);
        expect(repaired.ok && repaired.value).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe('what is refused', () => {
  test.each([
    ['an open string', '{"a": "b'],
    ['an open object', '{"a": {"b": 2}'],
    ['an open array', '{"a": [1, 2'],
    ['an open comment', '{"a": 1 /* and'],
    ['a missing value', '{"a":'],
    ['a string without its closing quote', '{"a":"b}'],
    ['an incomplete escape', '{"a": "\\u00'],
    ['nothing', ' '],
  ])('%s is reported as cut', (_, text) => {
    expect(repairJson(text)).toMatchObject({ ok: false, cut: true });
  });

  test.each([
    ['a bracket of the wrong kind', '{"a": [1, 2}'],
    ['an extra closing bracket', '{"a": 1}}'],
    ['digits that may be missing', '{"a": 2.}'],
    ['an exponent that may be missing', '{"a": 2e}'],
    ['a lone minus', '{"a": -}'],
    ['an ellipsis in a list', '{"a": [1, ..., 9]}'],
    ['an ellipsis in an object', '{"a": 1, ...}'],
    ['a key without a value', '{"a": , "b": 1}'],
    ['undefined', '{a: undefined}'],
    ['NaN', '{"a": NaN}'],
    ['an escape that may be a plain backslash', '{"a": "\\d+", b: 1}'],
    ['a quote inside a string', '{"a": "say "hi" now"}'],
    ['a quote with spaces inside a string', '{"a": "say " hi " now"}'],
    ['doubled quotes inside a string', '["say ""hi"" now"]'],
    ['brackets and quotes inside a string', '["use "[1]" here"]'],
    ['a string and a word that may be one text', '["room " 5 " is free"]'],
    ['a word that touches a string', '[a"b"]'],
    ['a value that touches its key', '{"a"1}'],
    ['numbers that may be one text', '{"a": [1 2]}'],
    ['a number and a word that may be one text', '{"a": 12 Main Street}'],
    ['lines that may be one text', '[red\ngreen]'],
    ['a number with a sign', '{"a": +5}'],
    ['a sum', '{"a": b + c}'],
    ['symbols', '{"a": ..}'],
    ['a call as a value', '{"a": Number(1)}'],
    ['a call with text as a value', '{"a": Date("2026-01-02"), "b": 1}'],
    ['a tuple', '[(1, 2)]'],
    ['a key and a value without any mark', '{"a": 1 "b" 2}'],
    ['two members without a comma', '{a: x b: y}'],
    ['several values', '{"a": 1}\n{"a": 2}'],
    ['text after the value', '{"a": 1} as you asked'],
    ['prose', 'Paris is sunny today'],
    ['a call', 'callback({"a": 1})'],
  ])('%s is reported as broken', (_, text) => {
    expect(repairJson(text)).toMatchObject({ ok: false, cut: false });
  });

  test('a prefix of an object is always refused', () => {
    fc.assert(
      fc.property(jsonObject, fc.nat(), (value, at) => {
        const text = JSON.stringify(value);
        expect(repairJson(text.slice(0, at % text.length))).toMatchObject({ ok: false, cut: true });
      }),
    );
  });

  test('it never throws', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      "'",
      '“',
      ',',
      ':',
      '\\',
      '//',
      '/*',
      '```',
      '...',
      '+',
      'a',
      'True',
      '1',
      '.',
      '(',
      '\n',
      ' ',
    );
    fc.assert(fc.property(anyText(), (text) => void repairJson(text)));
    fc.assert(
      fc.property(
        fc.array(pieces).map((parts) => parts.join('')),
        (text) => void repairJson(text),
      ),
    );
    expect(repairJson('['.repeat(100_000)).ok).toBe(false);
    expect(repairJson(`${'['.repeat(50_000)}True${']'.repeat(50_000)}`).ok).toBe(false);
  });

  test.each([
    ['strict', (value: string) => value],
    ['loose', (value: string) => `{'a': ${value}}`],
    ['escaped', (value: string) => `{\\"a\\": ${value}}`],
  ])('%s JSON is refused if it is nested too deeply', (_, wrap) => {
    const nested = (levels: number) => wrap('['.repeat(levels) + ']'.repeat(levels));
    expect(repairJson(nested(499)).ok).toBe(true);
    expect(repairJson(nested(501))).toMatchObject({ ok: false, cut: false });
  });

  test.each([
    ['numbers without commas', (size: number) => `{"x": [${'7 '.repeat(size / 2)}]}`],
    ['lines without commas', (size: number) => `{"x": [${'7\n'.repeat(size / 2)}]}`],
    ['members without commas', (size: number) => `{${'"k": "v" '.repeat(size / 9)}}`],
    ['unescaped quotes', (size: number) => `{"x": "${'a "b" '.repeat(size / 6)}"}`],
    ['an open string of escaped quotes', (size: number) => `{"x": "${'\\"'.repeat(size / 2)}`],
    ['open brackets', (size: number) => '{"a":['.repeat(size / 6)],
    ['leading white space', (size: number) => `${' '.repeat(size)}{'x': 1}`],
    ['fences', (size: number) => '``` '.repeat(size / 4)],
    ['open comments', (size: number) => '{/*'.repeat(size / 3)],
  ])('a megabyte of %s is read in linear time', (_, make) => {
    expect(repairJson(make(1_000_000))).toHaveProperty('ok');
  });

  test('the result has the same values as the text', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"a"',
      "'b'",
      'c',
      ',',
      ':',
      '1',
      'None',
      ' ',
      '\n',
    );
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
        (text) => {
          const repaired = repairJson(text);
          if (repaired.ok)
            expect(bareContent(JSON.stringify(repaired.value))).toBe(bareContent(text));
        },
      ),
      { numRuns: 2 * propertyRuns },
    );
  });
});

function bareContent(text: string): string {
  return text.replaceAll('None', 'null').replace(/["'\s,:]/g, '');
}
