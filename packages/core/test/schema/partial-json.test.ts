import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import type { JsonValue } from '../../src/json.ts';
import { parsePartialJson } from '../../src/schema/json-text/partial-json.ts';

describe('parsePartialJson', () => {
  test.each<[string, JsonValue | undefined]>([
    ['', undefined],
    ['{', {}],
    ['{"na', {}],
    ['{"name"', {}],
    ['{"name": ', {}],
    ['{"name": "An', { name: 'An' }],
    ['{"name": "Ann", "ag', { name: 'Ann' }],
    ['{"age": 4', {}],
    ['{"age": 4,', { age: 4 }],
    ['{"ok": tru', {}],
    ['{"ok": true', { ok: true }],
    ['{"list": [1, {"a": "b"}, [', { list: [1, { a: 'b' }, []] }],
    ['```json\n{"a": [1, 2', { a: [1] }],
    ['{"a": 1} and more', { a: 1 }],
    ['not JSON', undefined],
    ['{"a": 1, b', { a: 1 }],
  ])('%j has the value %j', (text, value) => {
    expect(parsePartialJson(text)).toEqual(value);
  });

  test.each(['\\', '\\u', '\\u26', '\\ud83d', '\\ud83d\\ude0', '\ud83d'])(
    'half a character (%j) is left out',
    (half) => {
      expect(parsePartialJson(`{"a": "x${half}`)).toEqual({ a: 'x' });
    },
  );

  test('an escaped backslash is a complete character', () => {
    expect(parsePartialJson('{"a": "\\\\')).toEqual({ a: '\\' });
    expect(parsePartialJson('{"a": "\\\\ud83d')).toEqual({ a: '\\ud83d' });
  });

  test('a complete text gives the complete value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify([value]);
        expect(parsePartialJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('a longer prefix only adds to the value of a shorter one; only strings grow', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), (value, seed) => {
        const text = JSON.stringify(value, null, seed % 3);
        const cut = seed % (text.length + 1);
        expect(isGrown(parsePartialJson(text.slice(0, cut)), parsePartialJson(text))).toBe(true);
      }),
      { numRuns: propertyRuns },
    );
  });

  test('it never throws', () => {
    fc.assert(fc.property(anyText(), (text) => void parsePartialJson(text)));
    parsePartialJson('['.repeat(200_000));
  });
});

function isGrown(before: JsonValue | undefined, after: JsonValue | undefined): boolean {
  if (before === undefined) return true;
  if (typeof before === 'string') return typeof after === 'string' && after.startsWith(before);
  if (typeof before !== 'object' || before === null) return before === after;
  if (typeof after !== 'object' || after === null) return false;
  const later = new Map<string, JsonValue>(Object.entries(after));
  return Object.entries(before).every(([key, value]) => isGrown(value, later.get(key)));
}
