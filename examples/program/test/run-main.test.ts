import { expect, test } from '@jest/globals';
import { TurnwiseError } from '@turnwise/core';
import { runMain, UsageError } from '../src/index.ts';
import { testSurroundings } from '../src/testing/index.ts';

test('an error becomes one line and the exit code 1', async () => {
  const surroundings = testSurroundings();
  const code = await runMain(async () => {
    throw new TurnwiseError('model_refused', 'The server said "no\u001b[2J\nway".');
  }, surroundings);
  expect(code).toBe(1);
  expect(surroundings.errorText).toBe('The server said "no\\u001b[2J\\nway".\n');
  expect(surroundings.outputText).toBe('');
});

test('a wrong command line ends with the exit code 2', async () => {
  const code = await runMain(async () => {
    throw new UsageError('No such option.');
  }, testSurroundings());
  expect(code).toBe(2);
});

test('the exit code of a program that ends well is its own', async () => {
  expect(await runMain(async () => 7, testSurroundings())).toBe(7);
});
