import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonObject } from '../../src/json.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { answersJson } from '../support/model-server.ts';
import { prose } from '../support/reading-agent.ts';
import { repliesCall, repliesText, startRoutedServer } from '../support/routed-server.ts';

const { gemma3 } = profiles;

const readBook = tool({
  name: 'read_book',
  description: 'Reads a book.',
  parameters: z.object({}),
  maxResultChars: 100_000,
  execute: () => prose.repeat(300),
});

const openaiError = (message: string, fields: JsonObject = {}) => ({
  error: { message, type: 'BadRequestError', param: null, code: 400, ...fields },
});

/** How servers refuse a prompt that is too long, for a window of 4,096 tokens; status, body. */
const wordings: [string, number, JsonObject][] = [
  [
    'vLLM',
    400,
    openaiError(
      "You passed 3073 input tokens and requested 1024 output tokens. However, the model's context length is only 4096 tokens, resulting in a maximum input length of 3072 tokens. Please reduce the length of the input prompt.",
      { param: 'input_tokens' },
    ),
  ],
  [
    'an older vLLM',
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 4096 tokens. However, you requested 6200 tokens (5176 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
  ],
  [
    'llama.cpp',
    400,
    {
      error: {
        code: 400,
        message:
          'request (5176 tokens) exceeds the available context size (4096 tokens), try increasing it',
        type: 'exceed_context_size_error',
        n_prompt_tokens: 5176,
        n_ctx: 4096,
      },
    },
  ],
  [
    'a proxy that answers with 500',
    500,
    openaiError('Input length (5176) exceeds model’s maximum context length (4096).'),
  ],
  [
    'LM Studio',
    400,
    {
      error:
        'Trying to keep the first 5176 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.',
    },
  ],
];

test.each(wordings)(
  'the refusal of %s corrects the window, a smaller prompt is sent once, and the run continues',
  async (_, status, body) => {
    await using server = await startRoutedServer(
      {},
      repliesCall('read_book', {}),
      answersJson(body, { status }),
      repliesText('A harbour master speaks.'),
    );
    const agent = new Agent({
      name: 'reader',
      model: openaiCompatible({
        baseURL: server.baseURL,
        model: 'gemma-3-27b',
        profile: defineProfile(gemma3, { contextWindow: 131_072 }),
        retry: { maxRetries: 0 },
      }),
      tools: [readBook],
    });
    const reasons: string[] = [];
    agent.on('context-compacted', ({ reason }) => void reasons.push(reason));
    const result = await agent.run('Who speaks in the book?');
    expect(result).toMatchObject({ status: 'completed', output: 'A harbour master speaks.' });
    expect(result.state.contextWindow).toBe(4_096);
    expect(reasons).toEqual(['overflow']);
    expect(server.chats).toHaveLength(3);
    const [, refused, accepted] = server.chats.map((chat) => JSON.stringify(chat.messages).length);
    // About four characters of this prose are a token.
    expect(refused).toBeGreaterThan(4 * 4_096);
    expect(accepted).toBeLessThan(4 * 3_072);
  },
);
