import type { ServerResponse } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { deskCases } from '../../../../scripts/desk-cases.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { type Answer, chunk } from '../support/model-server.ts';
import { runOnRawServer } from '../support/raw-server-run.ts';

/** Sends `head`, then `piece` until the client closes the connection. */
function endless(head: string, piece: string): Answer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(head);
    const fill = (): void => {
      while (!response.destroyed && response.write(piece)) {}
    };
    response.on('drain', fill);
    fill();
  };
}

const block = 'a'.repeat(16_384);

const modes = [{ streamed: false }, { streamed: true }];

describe.each(modes)('a reply without an end (streamed: $streamed)', (mode) => {
  test.each([
    ['one line', 'data: {"choices":[{"delta":{"content":"', block],
    ['text deltas', '', chunk({ content: block })],
    ['reasoning deltas', '', chunk({ reasoning_content: block })],
    [
      'arguments of a call',
      '',
      chunk({ tool_calls: [{ index: 0, function: { name: 'f', arguments: block } }] }),
    ],
    ['comments', '', `: ${block}\n\n`],
    ['one JSON string', '{"choices":[{"message":{"content":"', block],
    ['white space', '', ' \n'.repeat(8_192)],
  ])('%s: the run fails, and the error names the option', async (_name, head, piece) => {
    const { error, requests } = await runOnRawServer([endless(head, piece)], {
      ...mode,
      model: { maxReplyBytes: 1_000_000 },
    });
    expect(error).toMatchObject({
      code: 'model_failed',
      message: expect.stringContaining('`maxReplyBytes`'),
      details: { kind: 'reply-too-large', attempts: 1 },
    });
    expect(requests).toHaveLength(1);
  });

  test('a reply below the limit is complete', async () => {
    const answer = (response: ServerResponse) => {
      response.writeHead(200);
      response.end(
        JSON.stringify({ choices: [{ message: { content: block }, finish_reason: 'stop' }] }),
      );
    };
    const end = await runOnRawServer([answer], { ...mode, model: { maxReplyBytes: 17_000 } });
    expect(end).toMatchObject({ status: 'completed', output: block });
  });

  test('a custom fetch has the same limit', async () => {
    const body = () =>
      new ReadableStream({ pull: (controller) => controller.enqueue(Buffer.from(block)) });
    const fetch = async () => new Response(body());
    const end = await runOnRawServer([], { ...mode, model: { fetch, maxReplyBytes: 100_000 } });
    expect(end.error).toMatchObject({ details: { kind: 'reply-too-large' } });
  });
});

test.each(deskCases(modes, 2))('the default is 64 MiB (streamed: $streamed)', async (mode) => {
  const large = 'a'.repeat(1024 * 1024);
  const end = await runOnRawServer([endless('', chunk({ content: large }))], mode);
  expect(end.error).toMatchObject({
    details: { kind: 'reply-too-large' },
    message: expect.stringContaining(`${64 * 1024 * 1024} bytes`),
  });
});

test.each([0, -1, 1.5, Number.NaN])('maxReplyBytes %s is refused', (maxReplyBytes) => {
  const options = { baseURL: 'http://127.0.0.1:1/v1', model: 'm', maxReplyBytes };
  expect(() => openaiCompatible(options)).toThrow(TurnwiseError);
});
