import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { RunLimits } from '../../src/run/state/run-limits.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/scripted-model.ts';
import { tool } from '../../src/tool/tool.ts';
import { plainJson } from '../support/play-scenario.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const prices = { 'qwen-3': { input: 1_000, output: 5_000 } };

/** Replies that read a new file each time, without a plausible count of tokens. */
function readsFiles(usage: unknown, count = 9): ServerReply[] {
  return Array.from({ length: count }, (_, at) => ({
    message: { content: null, tool_calls: [wireCall('read_file', { path: `${at}.txt` })] },
    finish: 'tool_calls',
    usage,
  }));
}

const usages: readonly (readonly [string, unknown])[] = [
  ['no usage', null],
  ['counts of null', { prompt_tokens: null, completion_tokens: null }],
  ['counts of 0', { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }],
  ['absurd counts', { prompt_tokens: 1e12, completion_tokens: -4 }],
];

const limits: readonly (readonly [Partial<RunLimits>, string])[] = [
  [{ maxInputTokens: 150 }, 'max-input-tokens'],
  [{ maxOutputTokens: 10 }, 'max-output-tokens'],
  [{ maxTotalTokens: 200 }, 'max-total-tokens'],
  [{ maxCost: 0.2, prices }, 'max-cost'],
];

describe.each([{ streamed: false }, { streamed: true }])(
  'a server without token counts (streamed: $streamed)',
  (mode) => {
    describe.each(usages)('that sends %s', (_name, usage) => {
      test.each(limits)('the limit %j stops the run', async (limit, reason) => {
        const agent = { limits: { maxSteps: 8, ...limit } };
        const end = await runOnRawServer(readsFiles(usage), { ...mode, agent });
        expect(end).toMatchObject({ status: 'stopped', reason });
        expect(end.executed.length).toBeLessThan(8);
        expect(end.fixes).toEqual([
          {
            kind: 'estimated-usage',
            inputTokens: expect.any(Number),
            outputTokens: expect.any(Number),
          },
        ]);
        // The usage of a result is what the server counted.
        expect(end.usage).toEqual({ inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 });
      });
    });

    test('without a limit of tokens there is no fix', async () => {
      const replies = [...readsFiles(null, 2), { message: { content: 'Done.' }, usage: null }];
      const end = await runOnRawServer(replies, mode);
      expect(end).toMatchObject({ status: 'completed', fixes: [] });
    });

    test('a server that counts is never estimated', async () => {
      const usage = { prompt_tokens: 1, completion_tokens: 1 };
      const agent = { limits: { maxSteps: 8, maxTotalTokens: 16 } };
      const end = await runOnRawServer(readsFiles(usage), { ...mode, agent });
      expect(end).toMatchObject({ status: 'stopped', reason: 'max-steps', fixes: [] });
    });

    test('only the missing count is estimated', async () => {
      const usage = { prompt_tokens: 3, completion_tokens: null };
      const agent = { limits: { maxSteps: 8, maxInputTokens: 9 } };
      const end = await runOnRawServer(readsFiles(usage), { ...mode, agent });
      expect(end).toMatchObject({ status: 'stopped', reason: 'max-input-tokens' });
      expect(end.executed).toHaveLength(3);
      expect(end.fixes).toEqual([
        { kind: 'estimated-usage', inputTokens: 0, outputTokens: expect.any(Number) },
      ]);
    });
  },
);

test('a resumed run keeps the estimate, and does not report it again', async () => {
  const look = tool({
    name: 'look',
    description: 'Looks.',
    parameters: z.object({}),
    execute: () => 'A door.',
  });
  // The scripted model counts no tokens.
  const model = scriptedModel([callsTool('look'), callsTool('look'), says('A door.')]);
  const agent = new Agent({ name: 'estimated', model, tools: [look] });
  const first = await agent.run('Look.', { limits: { maxSteps: 1, maxInputTokens: 5_000 } });
  expect(first).toMatchObject({ status: 'stopped', reason: 'max-steps' });
  const state = plainJson(first.state);
  const second = await agent.resume(state, { limits: { maxInputTokens: 5 } }).result;
  expect(second).toMatchObject({ status: 'stopped', reason: 'max-input-tokens' });
  expect(model.requests).toHaveLength(1);
  const third = await agent.resume(state, { limits: { maxInputTokens: 5_000 } }).result;
  expect(third).toMatchObject({ status: 'completed', output: 'A door.' });
  expect(third.fixes).toMatchObject([{ kind: 'estimated-usage' }]);
});
