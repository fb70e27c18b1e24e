import { brotliCompressSync, createGzip, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { type Answer, chunk, completion, done } from '../support/model-server.ts';
import { runOnRawServer, wireCall } from '../support/raw-server-run.ts';

const encodings = [
  ['gzip', gzipSync],
  ['x-gzip', gzipSync],
  ['deflate', deflateSync],
  ['br', brotliCompressSync],
] as const;

type Compress = (text: string) => Buffer;

/** Sends a compressed body, although the request did not ask for one. */
function sends(
  text: string | ((isStreamed: boolean) => string),
  encoding: string,
  compress: Compress,
  status = 200,
): Answer {
  return (response, { body, headers }) => {
    expect(headers['accept-encoding'] ?? '').not.toContain('gzip');
    response.writeHead(status, { 'content-encoding': encoding });
    response.end(compress(typeof text === 'string' ? text : text(body.stream === true)));
  };
}

const call = wireCall('read_file', { path: 'a.txt' });
const replies = (isStreamed: boolean) =>
  isStreamed
    ? chunk({ tool_calls: [{ index: 0, ...call }] }) + chunk({}, 'tool_calls') + done
    : JSON.stringify(completion({ role: 'assistant', content: null, tool_calls: [call] }));
const answer = (isStreamed: boolean) =>
  isStreamed
    ? chunk({ content: 'Grüße, ' }) + chunk({ content: 'Ada.' }) + chunk({}, 'stop') + done
    : JSON.stringify(completion({ role: 'assistant', content: 'Grüße, Ada.' }));

describe.each([{ streamed: false }, { streamed: true }])(
  'a compressed reply that was not asked for (streamed: $streamed)',
  (mode) => {
    test.each(encodings)('%s: is decoded', async (encoding, compress) => {
      const end = await runOnRawServer(
        [sends(replies, encoding, compress), sends(answer, encoding, compress)],
        mode,
      );
      expect(end).toMatchObject({
        status: 'completed',
        output: 'Grüße, Ada.',
        executed: ['read_file a.txt'],
        fixes: [],
      });
    });

    test.each(encodings)('%s: of a refusal is decoded too', async (encoding, compress) => {
      const text = '{"error":{"message":"Unknown model: m"}}';
      const { error } = await runOnRawServer([sends(text, encoding, compress, 404)], mode);
      expect(error).toMatchObject({ details: { serverMessage: 'Unknown model: m' } });
    });

    test.each(encodings)(
      '%s: that is cut off or damaged fails the run',
      async (encoding, compress) => {
        const model = { retry: { maxRetries: 0 } };
        const half = (text: string) => compress(text).subarray(0, 20);
        const damaged = (text: string) => Buffer.concat([Buffer.from('no'), compress(text)]);
        for (const change of [half, damaged]) {
          const { error } = await runOnRawServer([sends(answer, encoding, change)], {
            ...mode,
            model,
          });
          expect(error?.code).toMatch(/^model_(?:failed|unreachable)$/);
        }
      },
    );

    test('that grows without end fails the run at maxReplyBytes', async () => {
      const bomb: Answer = (response) => {
        response.writeHead(200, { 'content-encoding': 'gzip' });
        const gzip = createGzip();
        gzip.pipe(response);
        const block = Buffer.alloc(1024 * 1024, ' ');
        const fill = (): void => {
          while (!response.destroyed && gzip.write(block)) {}
        };
        gzip.on('drain', fill);
        fill();
      };
      const model = { maxReplyBytes: 4 * 1024 * 1024, retry: { maxRetries: 0 } };
      const { error } = await runOnRawServer([bomb], { ...mode, model });
      expect(error).toMatchObject({
        code: 'model_failed',
        message: expect.stringContaining('maxReplyBytes'),
      });
    });
  },
);

test('the pieces of a compressed stream arrive as they are sent', async () => {
  let sendRest: () => void = () => undefined;
  const pieces: Answer = (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' });
    const gzip = createGzip();
    gzip.pipe(response);
    gzip.write(chunk({ content: 'One, ' }));
    gzip.flush();
    sendRest = () => gzip.end(chunk({ content: 'two.' }) + chunk({}, 'stop') + done);
  };
  const end = await runOnRawServer([pieces], {
    streamed: true,
    model: { profile: 'openai', timeouts: { totalMs: 5_000 } },
    agent: { tools: [] },
    onText: () => sendRest(),
  });
  expect(end).toMatchObject({ status: 'completed', output: 'One, two.' });
});
