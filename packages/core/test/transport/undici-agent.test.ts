import { afterEach, expect, jest, test } from '@jest/globals';
import { Agent } from 'undici';

const file = 'undici/lib/dispatcher/agent.js';

afterEach(() => {
  jest.resetModules();
});

test('the class that is loaded by its file is the one that undici names', async () => {
  const { loadAgent } = await import('../../src/transport/undici-agent.ts');
  expect(await loadAgent()).toBe(Agent);
});

test('a version of undici that keeps the class elsewhere is loaded whole', async () => {
  jest.unstable_mockModule(file, () => {
    throw new Error('There is no such file.');
  });
  const { loadAgent } = await import('../../src/transport/undici-agent.ts');
  expect((await loadAgent()).name).toBe('Agent');
  jest.unstable_unmockModule(file);
});
