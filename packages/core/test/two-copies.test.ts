import { beforeAll, expect, jest, test } from '@jest/globals';
import * as own from '@turnwise/core';

let other: typeof own;

/** A program can load the package as an ES module and as CommonJS. Then each class exists twice. */
beforeAll(async () => {
  jest.resetModules();
  other = await import('@turnwise/core');
});

test('an error of another copy is an instance of its class and of the base class', () => {
  const foreign = new other.TurnOrderError(3, 'two users follow each other.');
  expect(other.TurnOrderError).not.toBe(own.TurnOrderError);
  expect(foreign instanceof own.TurnOrderError).toBe(true);
  expect(foreign instanceof own.TurnwiseError).toBe(true);
  expect(new other.ModelError('model_timeout', 'x') instanceof own.ModelError).toBe(true);
});

test('an error of another copy is not an instance of other classes', () => {
  const foreign = new other.SchemaError('#', 'no.');
  class OfTheProgram extends own.TurnwiseError {}
  expect(foreign instanceof own.ModelError).toBe(false);
  expect(foreign instanceof own.OutputInvalidError).toBe(false);
  expect(foreign instanceof OfTheProgram).toBe(false);
  expect(new other.TurnwiseError('run_failed', 'x') instanceof own.SchemaError).toBe(false);
});

test('an error of a class of the program is an instance of that class and of its base', () => {
  class OfTheProgram extends own.SchemaError {}
  const error = new OfTheProgram('#', 'no.');
  expect(error instanceof OfTheProgram).toBe(true);
  expect(error instanceof own.SchemaError).toBe(true);
  expect(error instanceof other.TurnwiseError).toBe(true);
});

test.each([
  ['nothing', undefined],
  ['a text', 'failed'],
  ['another error', new Error('failed')],
  [
    'a proxy that throws',
    new Proxy(new Error('failed'), {
      get: () => {
        throw new Error('no');
      },
    }),
  ],
])('%s is not an instance', (_, thrown) => {
  expect((thrown as unknown) instanceof own.TurnwiseError).toBe(false);
});
