import { expect, test } from '@jest/globals';
import { TurnwiseError } from '@turnwise/core';
import { runMain, UsageError } from '../src/index.ts';
import { testEnvironment } from '../src/testing/index.ts';

test('an error is printed in one line, and the exit code is 1', async () => {
  const environment = testEnvironment();
  const code = await runMain(async () => {
    throw new TurnwiseError('model_refused', 'The server said "no\u001b[2J\nway".');
  }, environment);
  expect(code).toBe(1);
  expect(environment.errorText).toBe('The server said "no\\u001b[2J\\nway".\n');
  expect(environment.outputText).toBe('');
});

test('a wrong command line has the exit code 2', async () => {
  const code = await runMain(async () => {
    throw new UsageError('No such option.');
  }, testEnvironment());
  expect(code).toBe(2);
});

test('a program without an error returns its exit code', async () => {
  expect(await runMain(async () => 7, testEnvironment())).toBe(7);
});
