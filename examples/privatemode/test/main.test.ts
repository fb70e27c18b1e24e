import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { runMain } from '@turnwise-examples/program';
import { testEnvironment } from '@turnwise-examples/program/testing';
import { main } from '../src/main.ts';

const folder = join(import.meta.dirname, '../../vision/images');
const image = readFileSync(join(folder, 'chart.png')).toString('base64');

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

let received: Received[];
let server: ReturnType<typeof createServer>;
let baseURL: string;

beforeEach(async () => {
  received = [];
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = JSON.parse(Buffer.concat(pieces).toString());
    received.push({ method: request.method, path: request.url, headers: request.headers, body });
    (body.stream === true ? answerInChunks : answerWhole)(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
});

afterEach(() => new Promise((resolve) => server.close(resolve)));

/** The request that the provider documents: one user message with a text and a data: URL. */
const documented = {
  model: 'gemma-3-27b',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is in this image?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${image}` } },
      ],
    },
  ],
};

describe.each([
  ['streamed', []],
  ['whole', ['--whole']],
])('the exchange, %s', (form, options) => {
  test('is as the provider documents it', async () => {
    const { code, output } = await start([...options, 'chart.png']);
    expect({ code, output }).toEqual({ code: 0, output: 'Four blue bars.\n' });
    expect(received).toMatchObject([
      {
        method: 'POST',
        path: '/v1/chat/completions',
        headers: { authorization: 'Bearer my-key', 'content-type': 'application/json' },
      },
    ]);
    const { model, messages, stream = false, ...rest } = received[0]?.body ?? {};
    expect({ model, messages }).toEqual(documented);
    expect(stream).toBe(form === 'streamed');
    // The proxy reads the salt, which must have at least 32 characters. No other field may be undocumented.
    const { cache_salt: salt, stream_options: _, ...unknown } = rest;
    expect(salt).toMatch(/^[0-9a-f]{64}$/);
    expect(unknown).toEqual({});
  });
});

test('the question comes from the command line', async () => {
  await start(['chart.png', 'How', 'many bars?']);
  expect(JSON.stringify(received[0]?.body.messages)).toContain('"How many bars?"');
});

test('without a key it explains what to set and how to start the proxy, and sends no request', async () => {
  const { code, errors } = await start(['chart.png'], { PRIVATEMODE_API_KEY: undefined });
  expect(code).toBe(1);
  expect(errors).toMatch(/^[^\n]*PRIVATEMODE_API_KEY[^\n]*docker run [^\n]*8080[^\n]*--apiKey/);
  expect(received).toEqual([]);
});

test('without a proxy it explains how to start one', async () => {
  const { code, errors } = await start(['chart.png'], {
    PRIVATEMODE_BASE_URL: 'http://127.0.0.1:1/v1',
  });
  expect(code).toBe(1);
  expect(errors).toMatch(/^[^\n]*127\.0\.0\.1:1[^\n]*docker run [^\n]*\n$/);
});

test('a missing image is reported, and no request is sent', async () => {
  const { code, errors } = await start(['none.png']);
  expect({ code, sent: received.length }).toEqual({ code: 1, sent: 0 });
  expect(errors).toMatch(/^[^\n]*none\.png[^\n]*\n$/);
});

test.each([[[]], [['--fast', 'chart.png']]])('the arguments %j are refused', async (given) => {
  expect(await start(given)).toMatchObject({ code: 2, output: '' });
});

async function start(
  given: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = {},
) {
  const environment = testEnvironment({
    arguments: given,
    folder,
    variables: { PRIVATEMODE_API_KEY: 'my-key', PRIVATEMODE_BASE_URL: baseURL, ...variables },
  });
  const code = await runMain(main, environment);
  return { code, output: environment.outputText, errors: environment.errorText };
}

function answerWhole(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', connection: 'close' });
  const message = { role: 'assistant', content: 'Four blue bars.', tool_calls: [] };
  response.end(
    JSON.stringify({
      id: 'chatcmpl-1',
      choices: [{ index: 0, message, finish_reason: 'stop' }],
      usage: { prompt_tokens: 280, completion_tokens: 5 },
    }),
  );
}

/** Streams like vLLM on Privatemode: usage in every chunk, and a last chunk without choices. */
function answerInChunks(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', connection: 'close' });
  const usage = { prompt_tokens: 280, completion_tokens: 5 };
  const send = (choices: readonly object[]) =>
    response.write(`data: ${JSON.stringify({ id: 'chatcmpl-1', choices, usage })}\n\n`);
  send([{ index: 0, delta: { role: 'assistant', content: '' } }]);
  send([{ index: 0, delta: { content: 'Four blue' } }]);
  send([{ index: 0, delta: { content: ' bars.' } }]);
  send([{ index: 0, delta: {}, finish_reason: 'stop' }]);
  send([]);
  response.end('data: [DONE]\n\n');
}
