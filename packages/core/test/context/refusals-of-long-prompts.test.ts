import { describe, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonValue } from '../../src/json.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { answersJson } from '../support/model-server.ts';
import { repliesText, startRoutedServer } from '../support/routed-server.ts';

const error = (message: string) => ({ error: { message } });

/** A server, its status and body for a prompt of 2,136 tokens, and the window that its message names, if it does. */
const refusals: readonly (readonly [string, number, JsonValue, number | undefined])[] = [
  ['Ollama', 400, error('prompt too long; exceeded max context length by 918 tokens'), undefined],
  [
    'Anthropic, with the output',
    400,
    error(
      'input length and `max_tokens` exceed context limit: 1997 + 81 > 2000, decrease input length or `max_tokens` and try again',
    ),
    2000,
  ],
  [
    'SGLang',
    400,
    {
      object: 'error',
      message: "The input (2136 tokens) is longer than the model's context length (2000 tokens).",
      code: 400,
    },
    2000,
  ],
  [
    'text-generation-inference',
    422,
    {
      error: '`inputs` must have less than 2000 tokens. Given: 2136',
      error_type: 'validation',
    },
    2000,
  ],
  [
    'Together',
    422,
    error('The input (2136 tokens) is longer than the model context length (2000 tokens).'),
    2000,
  ],
  [
    'xAI',
    400,
    {
      code: 'Client specified an invalid argument',
      error: "This model's maximum prompt length is 2000 but the request contains 2136 tokens.",
    },
    2000,
  ],
  [
    'Cohere',
    400,
    {
      message:
        'too many tokens: total number of tokens in the prompt cannot exceed 2000 - received 2136. Try using a shorter prompt.',
    },
    2000,
  ],
  ['Bedrock', 400, { message: 'Input is too long for requested model.' }, undefined],
  ['MiniMax', 400, error('invalid params, context window exceeds limit (2013)'), undefined],
  ['Kimi', 400, error('Your request exceeded model token limit: 2000 (requested: 2136)'), 2000],
  ['Z.ai', 400, { error: { code: '1261', message: 'Prompt exceeds max length' } }, undefined],
  ['Qwen', 400, error('Range of input length should be [1, 2000]'), 2000],
  ['Copilot', 400, error('prompt token count of 2136 exceeds the limit of 2000'), 2000],
  ['mlx', 400, error('Prompt length (2136) exceeds model context window (2000)'), 2000],
  ['TensorRT-LLM', 400, error('Prompt length (2136) exceeds maximum input length (2000).'), 2000],
  ['tabbyAPI', 400, error('Prompt length 2136 is greater than max_seq_len 2000'), 2000],
  [
    'Groq, for a request above the tokens per minute',
    413,
    error(
      'Request too large for model `x` in organization `o` service tier `on_demand` on tokens per minute (TPM): Limit 2000, Requested 2136, please reduce your message size and try again.',
    ),
    2000,
  ],
  [
    'OpenAI, for a request above the tokens per minute',
    429,
    error('Request too large for gpt-4o on tokens per min (TPM): Limit 2000, Requested 2136.'),
    2000,
  ],
  [
    'LM Studio, in a reply with status 200',
    200,
    error(
      'Input does not fit in context length. The input has 2136 tokens, but the context length only supports 2000 tokens.',
    ),
    2000,
  ],
];

const history = Transcript.repair(
  Array.from({ length: 6 }, (_, index) => [
    { role: 'user', content: `Question ${index}: ${'word '.repeat(300)}` },
    { role: 'assistant', content: `Answer ${index}.` },
  ]).flat(),
).transcript;

const agentOn = (baseURL: string) =>
  new Agent({
    name: 'reader',
    model: openaiCompatible({
      baseURL,
      model: 'qwen3-32b',
      profile: 'qwen-3',
      retry: { maxRetries: 0 },
    }),
  });

describe('a prompt that is too long for the server', () => {
  test.each(refusals)(
    'is sent again without its oldest turns: %s',
    async (_, status, body, contextWindow) => {
      await using server = await startRoutedServer(
        {},
        answersJson(body, { status }),
        repliesText('A short answer.'),
      );
      const result = await agentOn(server.baseURL).run('And now?', { transcript: history });
      expect(result).toMatchObject({ status: 'completed', output: 'A short answer.' });
      const [first, second] = server.chats.map((chat) => JSON.stringify(chat.messages).length);
      expect(second).toBeLessThan(first ?? 0);
      // Without a number in the message, the window is estimated from the size of the refused prompt.
      expect(result.state.contextWindow).toEqual(contextWindow ?? expect.any(Number));
    },
  );

  test.each([
    [429, 'Rate limit reached on tokens per min (TPM): Limit 2000, Used 1900, Requested 300.'],
    [400, 'ThrottlingException: Too many tokens, please wait before trying again.'],
    [403, 'You exceeded your token limit for today.'],
  ])('is not what a limit of the account means: %i %s', async (status, message) => {
    await using server = await startRoutedServer({}, answersJson(error(message), { status }));
    const run = agentOn(server.baseURL).run('And now?', { transcript: history });
    await expect(run).rejects.not.toMatchObject({ code: 'context_overflow' });
    expect(server.chats).toHaveLength(1);
  });
});
