import { describe, expect, test } from '@jest/globals';
import { printPythonCall, printPythonCalls } from '../../src/dialect/print-call.ts';

describe('a printed call', () => {
  test('is Python with literals that JSON and Python share if possible', () => {
    expect(
      printPythonCall('f', {
        city: 'Paris',
        days: 3,
        rate: -1.5,
        ok: true,
        off: false,
        none: null,
        tags: ['a', []],
        place: { zip: '1', deep: {} },
      }),
    ).toBe(
      'f(city="Paris", days=3, rate=-1.5, ok=True, off=False, none=None, tags=["a", []], place={"zip": "1", "deep": {}})',
    );
  });

  test('escapes what would end a string or a line', () => {
    expect(printPythonCall('f', { a: 'say "hi"\n\\ \u0000 é' })).toBe(
      'f(a="say \\"hi\\"\\n\\\\ \\u0000 é")',
    );
  });

  test('prints parameters whose names are not allowed before "=" as a dict', () => {
    expect(printPythonCall('f', { 'a b': 1, c: 2, 'd-e': 3 })).toBe('f(**{"a b": 1}, c=2, d-e=3)');
  });

  test('is an item of a list if there are several calls', () => {
    const calls = [
      { name: 'f', arguments: {} },
      { name: 'g', arguments: { a: 1 } },
    ];
    expect(printPythonCalls(calls)).toBe('[f(), g(a=1)]');
  });
});
