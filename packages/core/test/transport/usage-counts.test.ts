import { describe, expect, test } from '@jest/globals';
import {
  type Answer,
  answersJson,
  chunk,
  done,
  event,
  streamsPieces,
} from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];

describe.each(modes)('token counts of a server (streamed: $streamed)', (mode) => {
  const run = (usage: unknown) => {
    const call: ServerReply = {
      message: { content: null, tool_calls: [wireCall('list_files', {})] },
      finish: 'tool_calls',
      usage,
    };
    const normal = { prompt_tokens: 30, completion_tokens: 4 };
    return runOnRawServer([call, { message: { content: 'Done.' }, usage: normal }], mode);
  };

  test.each<[string, object, object]>([
    ['negative', { prompt_tokens: -5, completion_tokens: -1 }, [0, 0, 0]],
    ['larger than any window', { prompt_tokens: 1e9, completion_tokens: 7 }, [0, 7, 0]],
    ['enormous', { prompt_tokens: 1e308, completion_tokens: 1e308 }, [0, 0, 0]],
    ['fractions', { prompt_tokens: 1.5, completion_tokens: 7 }, [0, 7, 0]],
    ['digits as text', { prompt_tokens: '20', completion_tokens: ' 7 ' }, [20, 7, 0]],
    ['other text', { prompt_tokens: '1e9', completion_tokens: 'many' }, [0, 0, 0]],
    ['of other types', { prompt_tokens: true, completion_tokens: [7] }, [0, 0, 0]],
    ['null', { prompt_tokens: null, completion_tokens: null }, [0, 0, 0]],
    [
      'more cached than sent',
      { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 1e6 } },
      [20, 7, 20],
    ],
    [
      'a negative cached count',
      { prompt_tokens: 20, completion_tokens: 7, prompt_tokens_details: { cached_tokens: -3 } },
      [20, 7, 0],
    ],
  ])('%s: only plausible counts are added', async (_name, usage, expected) => {
    const [input = 0, output = 0, cached = 0] = expected as number[];
    expect(await run(usage)).toMatchObject({
      status: 'completed',
      output: 'Done.',
      usage: {
        inputTokens: input + 30,
        outputTokens: output + 4,
        cachedInputTokens: cached,
      },
    });
  });

  test.each<[string, object, object]>([
    [
      'the Responses API',
      { input_tokens: 20, output_tokens: 7, input_tokens_details: { cached_tokens: 4 } },
      [20, 7, 4],
    ],
    [
      'Anthropic, whose input is without its cached part',
      { input_tokens: 16, output_tokens: 7, cache_read_input_tokens: 4 },
      [20, 7, 4],
    ],
    ['Bedrock', { inputTokens: 16, outputTokens: 7, cacheReadInputTokens: 4 }, [20, 7, 4]],
    ['Ollama', { prompt_eval_count: 20, eval_count: 7 }, [20, 7, 0]],
    ['a gateway in camel case', { promptTokens: 20, completionTokens: 7 }, [20, 7, 0]],
    [
      'Google, whose output is without its thoughts',
      { promptTokenCount: 20, candidatesTokenCount: 5, thoughtsTokenCount: 2 },
      [20, 7, 0],
    ],
    [
      'DeepSeek',
      { prompt_tokens: 20, completion_tokens: 7, prompt_cache_hit_tokens: 4 },
      [20, 7, 4],
    ],
    ['Moonshot', { prompt_tokens: 20, completion_tokens: 7, cached_tokens: 4 }, [20, 7, 4]],
    [
      'a gateway with two forms, one of them empty',
      { prompt_tokens: 0, completion_tokens: 0, input_tokens: 20, output_tokens: 7 },
      [20, 7, 0],
    ],
    ['an absurd count in another form', { input_tokens: -1, output_tokens: 1e12 }, [0, 0, 0]],
  ])('the names of %s are read', async (_name, usage, expected) => {
    const [input = 0, output = 0, cached = 0] = expected as number[];
    expect(await run(usage)).toMatchObject({
      usage: { inputTokens: input + 30, outputTokens: output + 4, cachedInputTokens: cached },
    });
  });

  test.each<[string, object, object?]>([
    ['next to the choices (Ollama)', { prompt_eval_count: 20, eval_count: 7 }],
    ['in `timings` (llama.cpp)', { timings: { prompt_n: 16, cache_n: 4, predicted_n: 7 } }],
    ['in `x_groq`', { x_groq: { usage: { prompt_tokens: 20, completion_tokens: 7 } } }],
    ['in the choice (Moonshot)', {}, { usage: { prompt_tokens: 20, completion_tokens: 7 } }],
    ['in `usageMetadata`', { usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 7 } }],
  ])('counts %s are read, and not estimated', async (_name, more, choice = {}) => {
    const whole = { index: 0, finish_reason: 'stop', ...choice };
    const reply: Answer = mode.streamed
      ? streamsPieces(
          chunk({ content: 'Done.' }),
          event({ choices: [{ ...whole, delta: {} }], ...more }) + done,
        )
      : answersJson({ choices: [{ ...whole, message: { content: 'Done.' } }], ...more });
    const limits = { maxTotalTokens: 1_000 };
    expect(await runOnRawServer([reply], { ...mode, agent: { limits } })).toMatchObject({
      usage: { inputTokens: 20, outputTokens: 7 },
      fixes: [],
    });
  });

  test('an absurd count does not reach a limit', async () => {
    const limits = {
      maxTotalTokens: 1_000,
      maxCost: 1,
      prices: { 'qwen-3': { input: 1, output: 1 } },
    };
    const usage = { prompt_tokens: 4e9, completion_tokens: '9'.repeat(30) };
    const end = await runOnRawServer([{ message: { content: 'Done.' }, usage }], {
      ...mode,
      agent: { limits },
    });
    expect(end).toMatchObject({ status: 'completed', output: 'Done.' });
  });
});
