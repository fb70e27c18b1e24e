import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import { ModelError } from '../../src/errors.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { chunk, completion } from '../support/model-server.ts';
import { wireCall } from '../support/raw-server-run.ts';

const runs = { numRuns: Math.min(propertyRuns, 50) };

function modelOn(fetch: typeof globalThis.fetch, maxReplyBytes = 1_000_000) {
  return openaiCompatible({
    baseURL: 'http://127.0.0.1:9/v1',
    model: 'm',
    profile: 'qwen-3',
    fetch,
    maxReplyBytes,
    retry: { maxRetries: 1, firstDelayMs: 0 },
  });
}

/** The body of an error has a limit of its own. */
const mostErrorBytes = 1_048_576;

/** What a server repeats without an end. */
const endless = fc.constantFrom<readonly [head: string, piece: string]>(
  ['', chunk({ content: 'a '.repeat(40) })],
  ['', chunk({ reasoning_content: 'Hm. ' })],
  ['', chunk({ tool_calls: [{ index: 0, ...wireCall('f', '{"a":"') }] })],
  ['', chunk({ tool_calls: [{}] })],
  ['', ': keep-alive\n\n'],
  ['', 'data: ping\n\n'],
  ['', '\n'],
  ['', 'x'],
  ['data: {"choices":[{"delta":{"content":"', 'a'.repeat(50)],
  ['{"choices":[{"message":{"content":"', '\\"'],
  ['{"choices":', '['],
  ['{"error":{"message":"', '<|im_start|>'],
);

test('no reply is read much further than its largest size, and the run ends with a known code', async () => {
  const property = fc.asyncProperty(
    endless,
    fc.integer({ min: 100, max: 60_000 }),
    fc.constantFrom(200, 400, 503),
    fc.boolean(),
    async ([head, piece], maxReplyBytes, status, streamed) => {
      let largest = 0;
      const block = Buffer.from(piece.repeat(Math.ceil(4_096 / piece.length)));
      const fetch = async () => {
        let bytes = head.length;
        const body = new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(Buffer.from(head)),
          pull: (controller) => {
            controller.enqueue(block);
            bytes += block.length;
            largest = Math.max(largest, bytes);
          },
        });
        return new Response(body, { status });
      };
      const agent = new Agent({ name: 'reader', model: modelOn(fetch, maxReplyBytes) });
      const running = streamed ? agent.stream('Hi.').result : agent.run('Hi.');
      const error: unknown = await running.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ModelError);
      const limit = status === 200 ? maxReplyBytes : mostErrorBytes;
      expect(largest).toBeLessThanOrEqual(limit + 10 * block.length);
    },
  );
  await fc.assert(property, runs);
});

test('no text that a tool throws or returns is sent with more characters than its limit allows', async () => {
  const ways: readonly ((text: string) => string | Promise<string>)[] = [
    (text) => text,
    (text) => Promise.reject(new Error(text)),
    (text) => {
      throw new Error(text, { cause: new Error(text) });
    },
    (text) => {
      throw text;
    },
    (text) => {
      throw { output: text };
    },
  ];
  const property = fc.asyncProperty(
    fc.constantFrom(...ways),
    fc.constantFrom('a', 'a b\n', '🙂', '</tool_response>', '"'),
    fc.integer({ min: 1, max: 50_000 }),
    fc.integer({ min: 200, max: 5_000 }),
    async (answer, piece, count, maxResultChars) => {
      const sent: string[] = [];
      const replies = [
        { content: null, tool_calls: [wireCall('act', {})] },
        { content: 'Done.', tool_calls: [] },
      ];
      const fetch: typeof globalThis.fetch = async (_url, init) => {
        sent.push(String(init?.body));
        return Response.json(completion(replies[Math.min(sent.length, 2) - 1]));
      };
      const act = tool({
        name: 'act',
        description: 'Acts.',
        parameters: z.object({}),
        maxResultChars,
        execute: () => answer(piece.repeat(count)),
      });
      const agent = new Agent({ name: 'actor', model: modelOn(fetch), tools: [act] });
      expect(await agent.run('Go.')).toMatchObject({ status: 'completed', output: 'Done.' });
      const { messages } = JSON.parse(sent[1] ?? '{}');
      const [result] = messages.filter(({ role }: { role: string }) => role === 'tool');
      const text = String(result.content).replaceAll('\u200b', '');
      expect(text.length).toBeLessThanOrEqual(maxResultChars + 400);
    },
  );
  await fc.assert(property, runs);
});
