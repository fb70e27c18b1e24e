import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  completion,
  done,
  event,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';

const { gemma3 } = profiles;

/** A chunk with token counts, as vLLM sends it through Privatemode's proxy. */
function counted(delta: object, tokens: number, finishReason: string | null = null): string {
  return event({
    choices: [{ index: 0, delta, finish_reason: finishReason }],
    usage: { prompt_tokens: 10, completion_tokens: tokens },
  });
}

/** The first of two calls. The second contains a negative number, and the server's parser drops it. */
function streamsFirstCall({ finalCount }: { finalCount: number }): Answer {
  const call = { index: 0, id: 'c', type: 'function', function: { name: 'add', arguments: '' } };
  return streamsPieces(
    counted({ role: 'assistant', content: '' }, 0),
    counted({ tool_calls: [call] }, 4),
    counted({ tool_calls: [{ index: 0, function: { arguments: '{"n": 1}' } }] }, 12),
    counted({}, finalCount, 'tool_calls'),
    done,
  );
}

async function run(...answers: readonly Answer[]) {
  await using server = await startModelServer(...answers);
  const added: number[] = [];
  const add = tool({
    name: 'add',
    description: 'Adds a number.',
    parameters: z.object({ n: z.number() }),
    execute: ({ n }) => {
      added.push(n);
      return 'ok';
    },
  });
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'gemma', profile: gemma3 });
  const result = await new Agent({ name: 'guide', model, tools: [add] }).stream('Add.').result;
  return { added, fixes: result.fixes, requests: server.requests.map(({ body }) => body.stream) };
}

const answersWith = (text: string) => answersJson(completion({ role: 'assistant', content: text }));

describe('output tokens that the server counted but did not send', () => {
  test('make the run request the reply again without streaming, and no call is lost', async () => {
    const { added, fixes, requests } = await run(
      streamsFirstCall({ finalCount: 26 }),
      answersWith('[add(n=1), add(n=-2)]'),
      answersWith('Done.'),
    );
    expect(added).toEqual([1, -2]);
    expect(requests.slice(0, 2)).toEqual([true, false]);
    expect(fixes).toMatchObject([
      { kind: 'asked-again', reason: expect.stringContaining('14 tokens') },
      { kind: 'salvaged-call' },
      { kind: 'salvaged-call' },
    ]);
  });

  test('are ignored if only brackets and the end of the turn follow a call', async () => {
    const { added, fixes, requests } = await run(
      streamsFirstCall({ finalCount: 15 }),
      answersWith('Done.'),
    );
    expect({ added, fixes }).toEqual({ added: [1], fixes: [] });
    expect(requests).toHaveLength(2);
  });
});
