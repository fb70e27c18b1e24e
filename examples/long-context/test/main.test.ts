import { expect, test } from '@jest/globals';
import { startLocalEndpoint } from '@turnwise/local';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { createDocuments } from '../src/create-documents.ts';
import { main } from '../src/main.ts';

test('one conversation reads all documents, which are several times longer than the window', async () => {
  const environment = testEnvironment();
  expect(await runMain(main, environment)).toBe(0);
  expect(environment.errorText).toBe('');
  const text = environment.outputText;
  for (const [place, { name }] of createDocuments().entries()) {
    expect(text).toContain(`${name}\n`);
    expect(text).toContain(`<page ${place + 1}>`);
  }
  expect(text).toMatch(/compacted \(budget\): \d+ turns, about \d+ tokens -> \d+ turns/);
  expect(text).not.toContain('(overflow)');
  const prompts = [...text.matchAll(/prompt of (\d+) tokens/g)].map(([, count]) => Number(count));
  expect(prompts).toHaveLength(24);
  expect(Math.max(...prompts)).toBeLessThan(4_096);
  expect(text).toMatch(/The transcript has all 48 turns/);
});

test('Ctrl-C ends it', async () => {
  const endpoint = await startLocalEndpoint({ models: ['gemma-3-27b'] });
  const environment = testEnvironment({ variables: { TURNWISE_BASE_URL: endpoint.url } });
  const running = runMain(main, environment);
  await environment.whenOutputHas('report-01.txt');
  environment.interrupt();
  expect(await running).toBe(130);
  await endpoint.close();
});

test('arguments are refused with exit code 2', async () => {
  expect(await runMain(main, testEnvironment({ arguments: ['--fast'] }))).toBe(2);
});
