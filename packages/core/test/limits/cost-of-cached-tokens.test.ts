import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { answersJson, startModelServer } from '../support/model-server.ts';

const look = tool({
  name: 'look',
  description: 'Looks.',
  parameters: z.object({}),
  execute: () => 'Nothing.',
});

/** A call, for a prompt of 1,000 tokens of which the given number came from the prefix cache. */
function callWith(cachedTokens: number) {
  const call = { id: 'x', type: 'function', function: { name: 'look', arguments: '{}' } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  return answersJson({
    choices: [{ index: 0, message, finish_reason: 'tool_calls' }],
    usage: {
      prompt_tokens: 1_000,
      completion_tokens: 0,
      prompt_tokens_details: { cached_tokens: cachedTokens },
    },
  });
}

test.each([
  // 100 fresh tokens at 1 and 900 cached ones at 0.1, per 1,000 tokens: 0.19 for each request.
  ['mostly cached', 900, 0.5, 3],
  // 1,000 fresh tokens: 1 for each request.
  ['not cached', 0, 1.5, 2],
  // All cached: 0.1 for each request.
  ['all cached', 1_000, 0.35, 4],
])('a prompt that is %s pays each token once', async (_, cached, maxCost, requests) => {
  await using server = await startModelServer(callWith(cached));
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'qwen-3' });
  const prices = { m: { input: 1_000, output: 1_000, cachedInput: 100 } };
  const limits = { maxCost, prices, maxRepeats: 0 };
  const result = await new Agent({ name: 'a', model, tools: [look], limits }).run('Look.');
  expect(result).toMatchObject({ status: 'stopped', reason: 'max-cost' });
  expect(server.requests).toHaveLength(requests);
});
