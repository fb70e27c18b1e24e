import { expect, jest, test } from '@jest/globals';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

// Workers are processes that compile their source.
jest.setTimeout(120_000);

test('a run survives its worker, and another one the replacement of its agent', async () => {
  const environment = testEnvironment({ arguments: [] });
  const code = await runMain(main, environment);
  const text = environment.outputText;
  if (text.startsWith('Restate has no program')) return;
  expect(code).toBe(0);
  expect(text).toContain('worker 1: refunding ORD-3');
  expect(text).not.toContain('worker 1: refunded');
  expect(text).toContain('worker 2: refunded ORD-3, 20 euros, key small/1.0');
  expect(text).toContain('small: completed');
  expect(text).toContain('large: waiting');
  expect(text).toContain('large: blocked, agent_changed');
  expect(text).toContain('new worker: refunded ORD-7, 90 euros, key large/1.0');
  expect(text.trimEnd()).toMatch(/large: completed$/);
});

test('a wrong command is explained', async () => {
  expect(await runMain(main, testEnvironment({ arguments: ['start'] }))).toBe(2);
});
