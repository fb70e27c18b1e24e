import { describe, expect, test } from '@jest/globals';
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
