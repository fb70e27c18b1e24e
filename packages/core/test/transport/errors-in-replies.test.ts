import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { ModelError } from '../../src/errors.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import {
  type Answer,
  answersJson,
  answersText,
  chunk,
  completion,
  done,
  event,
  type ModelServer,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';

function agentAt(server: ModelServer) {
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'm',
    profile: 'openai',
    retry: { maxRetries: 0 },
  });
  return new Agent({ name: 'guide', model });
}

async function failureOf(answer: Answer, { stream }: { stream: boolean }): Promise<ModelError> {
  await using server = await startModelServer(answer);
  const agent = agentAt(server);
  const run = stream ? agent.stream('Hi.').result : agent.run('Hi.');
  const thrown: unknown = await run.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ModelError)) throw new Error(`not a ModelError: ${String(thrown)}`);
  return thrown;
}

const half = chunk({ content: 'The answer is' });

describe("a server's message survives in the error of a stream:", () => {
  test.each<[string, readonly string[], string]>([
    ['FastAPI', [half, event({ detail: 'KV cache is full' })], 'KV cache is full'],
    [
      'FastAPI with a list',
      [event({ detail: [{ loc: ['body', 'top_k'], msg: 'not a number', input: 'Hi.' }] })],
      'body.top_k: not a number',
    ],
    ['a flat message', [half, event({ message: 'worker 3 was killed' })], 'worker 3 was killed'],
    ['a list of errors', [event({ errors: [{ message: 'shard lost' }] })], 'shard lost'],
    [
      'an object under detail',
      [half, event({ detail: { error: 'shard 2 left' } })],
      'shard 2 left',
    ],
    ['Apigee', [half, event({ fault: { faultstring: 'quota policy' } })], 'quota policy'],
    ['a text under error', [half, event({ error: 'CUDA out of memory' })], 'CUDA out of memory'],
    ['older vLLM', [event({ object: 'error', message: 'engine died', code: 500 })], 'engine died'],
    ['plain text', [half, 'data: upstream connect error\n\n'], 'upstream connect error'],
    ['a JSON string', [half, 'data: "the backend is gone"\n\n'], 'the backend is gone'],
    [
      'an event with the name error',
      [half, 'event: error\ndata: {"code":13,"reason":"node was drained"}\n\n'],
      'node was drained',
    ],
    [
      'an event with the name error and plain text',
      ['event: error\ndata: slot was lost\n\n'],
      'slot was lost',
    ],
    [
      'an event with the name error that an empty line separates from its data',
      [half, 'event: error\n\ndata: {"error":{"message":"no secret for ID","type":""}}\n\n'],
      'no secret for ID',
    ],
    [
      'a web page',
      ['data: <html><body><h1>502 Bad</h1>Gateway</body></html>\n\n'],
      '502 Bad Gateway',
    ],
    [
      'OpenRouter',
      [
        event({
          error: {
            code: 502,
            message: 'Provider returned error',
            metadata: { raw: 'pod evicted' },
          },
        }),
      ],
      'pod evicted',
    ],
    [
      'older llama.cpp',
      [half, 'error: {"code":500,"message":"slot was lost","type":"server_error"}\n\n'],
      'slot was lost',
    ],
    ['a line with an error as text', [half, 'error: slot was lost\n\n'], 'slot was lost'],
    ['a line of JSON', [half, '{"error":{"message":"pod evicted"}}\n'], 'pod evicted'],
    ['a line of JSON at the end', [half, '{"detail":"pod evicted"}'], 'pod evicted'],
    ['choices that are null', [event({ choices: null, detail: 'no slot' })], 'no slot'],
    [
      'no choices',
      [half, event({ choices: [], message: 'engine died', code: 500 })],
      'engine died',
    ],
    ['a text in brackets', [half, 'data: [ERROR] the pod was evicted\n\n'], 'the pod was evicted'],
    ['a dictionary of Python', [half, "data: {'error': 'no slot'}\n\n"], "{'error': 'no slot'}"],
    ['JSON that is cut off', ['data: {"error":"no more memory\n\n'], 'no more memory'],
    [
      'Mistral',
      [event({ object: 'error', message: { detail: [{ msg: 'tier exhausted' }] } })],
      'tier exhausted',
    ],
  ])('%s', async (_name, pieces, message) => {
    const error = await failureOf(streamsPieces(...pieces, done), { stream: true });
    expect(error.code).toMatch(/^model_/);
    expect(error.details.serverMessage).toContain(message);
    expect(error.message).toContain(message);
  });
});

test.each(['Internal Server Error', 'worker 3 was killed', '504 Gateway Time-out'])(
  'a stream that ends with a line of text is requested again, and the text is in the error: %s',
  async (line) => {
    const broken = streamsPieces(half, `\n${line}\n`);
    const error = await failureOf(broken, { stream: true });
    expect(error.code).toBe('model_failed');
    expect(error.details.serverMessage).toBe(line);
    expect(error.message).toContain(line);
  },
);

test.each([
  { exception: 'pod evicted' },
  { status: 'failed', reason: 'gpu lost' },
  { data: { problem: 'no slot' } },
  { type: 'response.failed', info: ['engine died'] },
])(
  'a stream that ends with JSON of unknown fields has failed with its text: %j',
  async (fields) => {
    for (const pieces of [[half, event(fields)], [event(fields)]]) {
      const error = await failureOf(streamsPieces(...pieces), { stream: true });
      expect(error.code).toBe('model_failed');
      expect(error.details.serverMessage).toBe(JSON.stringify(fields));
      expect(error.message).toContain(JSON.stringify(fields));
    }
  },
);

test('an event that is cut off within a reply is not a message of the server', async () => {
  for (const cut of [half.slice(0, -9), 'data: {"id":"x","choices":[{"delta":{"con']) {
    const error = await failureOf(streamsPieces(half, `${cut}\n\n`), { stream: true });
    expect(error.code).toBe('model_failed');
    expect(error.details.serverMessage).toBeUndefined();
  }
});

test('a line outside of the events does not matter in a complete stream', async () => {
  const pieces = [
    half,
    'retry-hint\n\n',
    '{"queue":3}\n\n',
    chunk({ content: ' 4.' }),
    chunk({}, 'stop'),
  ];
  await using server = await startModelServer(streamsPieces(...pieces, done));
  expect(await agentAt(server).stream('Hi.').result).toMatchObject({ output: 'The answer is 4.' });
});

describe("a server's message survives in the error of a whole reply:", () => {
  test.each<[string, Answer, string]>([
    ['FastAPI', answersJson({ detail: 'KV cache is full' }), 'KV cache is full'],
    ['a flat message', answersJson({ message: 'worker 3 was killed' }), 'worker 3 was killed'],
    ['Google', answersJson([{ error: { message: 'region is closed' } }]), 'region is closed'],
    ['plain text', answersText('upstream connect error'), 'upstream connect error'],
    [
      'plain text with a status',
      answersText('no healthy host', { status: 503 }),
      'no healthy host',
    ],
    [
      'a web page of a gateway',
      answersText(
        '<!doctype html><html><head><title>504</title><style>p{}</style></head><body>Time-out &amp; more</body></html>',
        { status: 504 },
      ),
      '504 Time-out & more',
    ],
    [
      'a list of texts',
      answersJson({ errors: ['first', 'second'] }, { status: 400 }),
      'first; second',
    ],
    [
      'a title',
      answersJson({ title: 'Bad', detail: 'no such tier' }, { status: 400 }),
      'no such tier',
    ],
    [
      'an error in an error',
      answersJson({ error: { error: { message: 'inner' } } }, { status: 400 }),
      'inner',
    ],
  ])('%s', async (_name, answer, message) => {
    const error = await failureOf(answer, { stream: false });
    expect(error.details.serverMessage).toContain(message);
    expect(error.message).toContain(message);
  });
});

describe('a 200 whose body is not a reply is not reported as another status:', () => {
  test.each<[string, unknown]>([
    ['an empty list', []],
    ['a list of numbers', [1, 2]],
    ['a number', 7],
    ['null', null],
    ['another API', { status: 'ok', data: [] }],
  ])('%s', async (_name, body) => {
    for (const stream of [false, true]) {
      const error = await failureOf(answersJson(body), { stream });
      expect(error).toMatchObject({ code: 'model_refused', details: { kind: 'not-an-api' } });
      expect(error.details.status).toBe(200);
      expect(error.message).not.toContain('500');
    }
  });

  test('an error in a stream without a status of its own', async () => {
    const error = await failureOf(streamsPieces(event({ error: 'no' })), { stream: true });
    expect(error.details.status).toBe(200);
    expect(error.message).toMatch(/sent an error in its reply: "no"/);
  });
});

describe('JSON with 100,000 levels is a failure of the model, not of the run:', () => {
  const deep = (open: string, close: string) => `${open.repeat(100_000)}1${close.repeat(100_000)}`;
  const list = deep('[', ']');
  const object = deep('{"a":', '}');

  test.each<[string, Answer, boolean]>([
    ['a whole body', answersText(list), false],
    ['a whole body of objects', answersText(object), false],
    ['inside of a reply', answersText(`{"choices":[],"x":${list}}`), false],
    ['in an error', answersText(`{"error":{"message":${list}}}`, { status: 500 }), false],
    ['in an event', streamsPieces(half, `data: {"error":${object}}\n\n`, done), true],
    ['in an event with the name error', streamsPieces(`event: error\ndata: ${list}\n\n`), true],
  ])('%s', async (_name, answer, stream) => {
    expect((await failureOf(answer, { stream })).code).toMatch(/^model_/);
  });

  const parameters = z.object({ x: z.any() });
  const echo = tool({ name: 'f', description: 'Echo.', parameters, execute: () => 'ok' });
  const call = { name: 'f', arguments: `{"x":${list}}` };
  const replies: readonly (readonly [string, object])[] = [
    ['arguments', { tool_calls: [{ id: 'x', function: call }] }],
    ['text', { content: list }],
    ['call in text', { content: `[f(x=${list})]` }],
    [
      'JSON call in text',
      { content: `<tool_call>{"name":"f","arguments":{"x":${list}}}</tool_call>` },
    ],
    ['JSON reply', { content: `{"calls":[{"name":"f","arguments":{"x":${object}}}]}` }],
  ];

  test.each(
    replies.flatMap(([name, message]) =>
      (['native', 'prompted', 'guided'] as const).map(
        (dialect) => [name, dialect, message] as const,
      ),
    ),
  )('in the %s of a reply, %s', async (_name, dialect, message) => {
    await using server = await startModelServer(
      answersJson(completion({ role: 'assistant', content: null, ...message })),
      answersJson(completion({ role: 'assistant', content: 'done' })),
    );
    const model = openaiCompatible({
      baseURL: server.baseURL,
      model: 'm',
      profile: dialect === 'native' ? 'openai' : 'gemma-3-strict',
      dialect,
    });
    const agent = new Agent({ name: 'guide', model, tools: [echo] });
    for (const start of [() => agent.run('Hi.'), () => agent.stream('Hi.').result]) {
      const end: unknown = await start().catch((error: unknown) => error);
      expect(end).not.toMatchObject({ code: 'run_failed' });
    }
  });
});
