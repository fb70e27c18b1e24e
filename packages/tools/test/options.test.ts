import { expect, test } from '@jest/globals';
import { calculator, files } from '../src/index.ts';

test.each<[name: string, make: () => unknown, message: string]>([
  ['calculator()', () => calculator({ maxChars: 9 } as object), 'maxExpressionChars'],
  ['calculator()', () => calculator({ maxExpressionChars: 0 }), 'whole number'],
  ['files()', () => files({ root: '.', ignored: [] } as never), 'Did you mean "ignore"?'],
  ['files()', () => files({ folder: '.' } as never), 'Known options: "root"'],
  ['files()', () => files({ root: '.', maxFileBytes: 0.5 }), 'whole number'],
  ['files()', () => files({} as never), 'files({ root:'],
  ['files()', () => files(undefined as never), 'files({ root:'],
])('%s refuses options that are unknown, wrong or missing', (_name, make, message) => {
  expect(make).toThrow(
    expect.objectContaining({
      code: 'invalid_options',
      message: expect.stringContaining(message),
    }),
  );
});

test('options that are undefined are not set', () => {
  const options = { name: undefined, maxExpressionChars: undefined };
  expect(calculator(options as object).name).toBe('calculator');
});
