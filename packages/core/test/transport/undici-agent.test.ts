import { afterEach, expect, jest, test } from '@jest/globals';
import { Agent } from 'undici';

const file = 'undici/lib/dispatcher/agent.js';

afterEach(() => {
  jest.resetModules();
});

test('the class from the file is the class that undici exports', async () => {
  const { loadAgent } = await import('../../src/transport/undici-agent.ts');
  expect(await loadAgent()).toBe(Agent);
});

test('all of undici is loaded if the file does not exist', async () => {
  jest.unstable_mockModule(file, () => {
    throw new Error('The file does not exist.');
  });
  const { loadAgent } = await import('../../src/transport/undici-agent.ts');
  expect((await loadAgent()).name).toBe('Agent');
  jest.unstable_unmockModule(file);
});
