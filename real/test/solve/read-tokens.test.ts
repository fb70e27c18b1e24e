import { expect, test } from '@jest/globals';
import { readTokens } from '../../src/solve/read-tokens.ts';

test('a stream without usage is counted by the timings of llama-server', () => {
  const last = { choices: [], timings: { cache_n: 30, prompt_n: 12, predicted_n: 7 } };
  const body = `data: {"choices":[{"delta":{"content":"Hi"}}]}\n\ndata: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`;
  expect(readTokens(body)).toEqual({ tokensIn: 42, cached: 30, tokensOut: 7 });
});

test('cached tokens are a part of the tokens in', () => {
  const usage = {
    prompt_tokens: 42,
    completion_tokens: 7,
    prompt_tokens_details: { cached_tokens: 30 },
  };
  expect(readTokens(JSON.stringify({ usage }))).toEqual({ tokensIn: 42, cached: 30, tokensOut: 7 });
});

test.each(['', 'not JSON', '{"usage":null}', '[]', 'data: [DONE]'])('%j has no tokens', (body) => {
  expect(readTokens(body)).toEqual({ tokensIn: 0, cached: 0, tokensOut: 0 });
});
