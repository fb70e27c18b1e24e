import { afterEach, expect, test } from '@jest/globals';
import {
  Agent,
  defineProfile,
  type ModelProfile,
  openaiCompatible,
  profiles,
  tool,
} from '@turnwise/core';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { z } from 'zod';
import { task } from '../src/measure-long-run.ts';
import { writePage } from '../src/write-page.ts';

const steps = 12;
let endpoint: LocalEndpoint | undefined;
afterEach(() => endpoint?.close());

/** Runs an agent on a server whose window has 4,096 tokens, with a profile that claims 131,072. */
async function runWithWrongWindow(quirks: LocalEndpoint['quirks'], profile: ModelProfile) {
  const pages = Array.from({ length: steps }, (_, place) => place + 1);
  endpoint = await startLocalEndpoint({
    quirks,
    contextWindow: 4_096,
    script: [
      ...pages.map((page) => ({ calls: [{ name: 'read_page', arguments: { page } }] })),
      { text: 'I am done.' },
    ],
  });
  const agent = new Agent({
    name: 'reader',
    model: openaiCompatible({
      baseURL: endpoint.url,
      model: endpoint.models[0] ?? '',
      profile: defineProfile(profile, { contextWindow: 131_072 }),
      retry: { maxRetries: 0 },
    }),
    tools: [
      tool({
        name: 'read_page',
        description: 'Reads a page.',
        parameters: z.object({ page: z.number() }),
        execute: ({ page }) => writePage(page, 'prose', 2_400),
      }),
    ],
  });
  const reasons: string[] = [];
  agent.on('context-compacted', ({ reason }) => void reasons.push(reason));
  const result = await agent.run(task);
  const refused = endpoint.requests.filter(({ status = 0 }) => status >= 400).length;
  return { result, reasons, refused, requests: endpoint.requests };
}

test.each([
  ['vllm', profiles.gemma3],
  ['llama.cpp-2025', profiles.gemma3],
  ['llama.cpp-2026', profiles.gemma3Strict],
  ['none', profiles.openai],
] as const)('the run learns the window of %s from one refusal', async (quirks, profile) => {
  const { result, reasons, refused } = await runWithWrongWindow(quirks, profile);
  expect(result).toMatchObject({ status: 'completed', output: 'I am done.' });
  expect(refused).toBe(1);
  expect(reasons.filter((reason) => reason === 'overflow')).toHaveLength(1);
  expect(result.state.contextWindow).toBe(4_096);
});

test('a server that shortens prompts without an error, such as Ollama, is detected', async () => {
  const { result, refused, requests } = await runWithWrongWindow('ollama', profiles.gemma3Strict);
  expect(result).toMatchObject({ status: 'completed', output: 'I am done.' });
  expect(refused).toBe(0);
  expect(result.fixes).toEqual([
    {
      kind: 'truncated-prompt',
      estimatedTokens: expect.any(Number),
      countedTokens: expect.any(Number),
    },
  ]);
  expect(result.state.contextWindow).toBeLessThanOrEqual(4_096);
  // After that, the prompt contains the task again.
  expect(requests.at(-1)?.prompt).toContain(task);
});
