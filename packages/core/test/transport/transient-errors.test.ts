import { describe, expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import type { RetryOptions } from '../../src/transport/retry-budget.ts';
import {
  type Answer,
  answersJson,
  answersText,
  event,
  type ModelServer,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';
import { refuses, repliesText, startRoutedServer } from '../support/routed-server.ts';

const answer = repliesText('Here it is.');
const modes = [{ streamed: false }, { streamed: true }];
const quick: RetryOptions = { firstDelayMs: 0, maxDelayMs: 0 };

function agentAt(server: ModelServer, retry: RetryOptions = quick) {
  const events: RunEvent[] = [];
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile: 'openai', retry });
  const agent = new Agent({ name: 'guide', model });
  agent.on('event', (each) => void events.push(each));
  const waits = () =>
    events.flatMap((each) => (each.type === 'request-retried' ? [each.delayMs] : []));
  return { agent, events, waits };
}

/** Asks for a whole reply or for a stream. */
function ask(agent: Agent, { streamed }: { streamed: boolean }, input = 'Hi.') {
  return streamed ? agent.stream(input).result : agent.run(input);
}

/** How Google reports a quota. */
const google = (quotaId: string, retryDelay: string | undefined, message = 'Quota exceeded.') =>
  answersJson(
    [
      {
        error: {
          code: 429,
          message: `You exceeded your current quota, please check your plan and billing details. ${message}`,
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { '@type': 'type.googleapis.com/google.rpc.QuotaFailure', violations: [{ quotaId }] },
            ...(retryDelay === undefined
              ? []
              : [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay }]),
          ],
        },
      },
    ],
    { status: 429 },
  );

describe.each(modes)(
  'a status that asks for another try is retried, although the message is that of a refusal (streamed: $streamed):',
  (mode) => {
    test.each<[string, number]>([
      ['Too many requests for the tool choice workers', 429],
      ['rate limit reached: stream_options are counted', 429],
      ['model llama-3 does not exist in this pool yet', 503],
      ['upstream said: function calling is not enabled', 502],
      ['template error while waiting for a free slot', 504],
      ['invalid api key cache, refreshing', 503],
    ])('%s (%d)', async (message, status) => {
      await using server = await startModelServer(refuses(message, status), answer);
      const { agent, events } = agentAt(server);
      expect(await ask(agent, mode)).toMatchObject({ status: 'completed', output: 'Here it is.' });
      expect(events.filter(({ type }) => type === 'dialect-changed')).toEqual([]);
      expect(server.requests).toHaveLength(2);
    });

    test.each([
      ['rate_limit_error', 'Rate limited: tool choice'],
      ['overloaded_error', 'Overloaded, model not found on a worker'],
      ['UNAVAILABLE', 'The template error service is down'],
    ])('%s in an event', async (type, message) => {
      await using server = await startModelServer(
        streamsPieces(event({ error: { type, message } })),
        answer,
      );
      const { agent } = agentAt(server);
      expect(await ask(agent, mode)).toMatchObject({ output: 'Here it is.' });
    });
  },
);

describe.each(modes)('the end of a quota is not retried (streamed: $streamed):', (mode) => {
  test.each<[string, Answer]>([
    [
      'OpenAI without credit',
      answersJson(
        { error: { message: 'You exceeded your current quota.', code: 'insufficient_quota' } },
        { status: 429 },
      ),
    ],
    ['no credits', refuses('Insufficient credits. Add more in the settings.', 402)],
    ['a billing limit', refuses('Billing hard limit has been reached', 429)],
    ['requests per day', refuses('Rate limit exceeded: free-models-per-day. Add credits.', 429)],
    ['tokens per day', refuses('Limit 100000 on tokens per day (TPD). Try again in 41m.', 429)],
    ['Google per day', google('GenerateRequestsPerDayPerProjectPerModel-FreeTier', '31s')],
  ])('%s', async (_name, refusal) => {
    await using server = await startModelServer(refusal, answer);
    await expect(ask(agentAt(server).agent, mode)).rejects.toMatchObject({
      code: 'model_refused',
      details: { kind: 'quota' },
    });
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(modes)(
  'a server that asks to wait in the body gets the next request after that time (streamed: $streamed):',
  (mode) => {
    test.each<[string, Answer, number]>([
      ['Google', google('GenerateContentInputTokensPerModelPerMinute-FreeTier', '0.05s'), 50],
      ['Google without quota ids', google('', '0.03s'), 30],
      ['Google in the text', google('RequestsPerMinute', undefined, 'Please retry in 0.04s.'), 40],
      ['OpenAI in milliseconds', refuses('Rate limit reached. Please try again in 20ms.', 429), 20],
      ['OpenAI in seconds', refuses('Please try again in 0.06s. Visit the limits page.', 429), 60],
      ['Azure', refuses('Please retry after 0.02 seconds.', 429), 20],
      [
        'a field',
        answersJson({ error: { message: 'busy', retry_after: 0.05 } }, { status: 503 }),
        50,
      ],
      [
        'OpenRouter, with the headers of the provider',
        answersJson(
          { error: { message: 'Busy.', metadata: { headers: { 'Retry-After': '0.04' } } } },
          { status: 429 },
        ),
        40,
      ],
      [
        'OpenRouter, with a field',
        answersJson(
          { error: { message: 'Busy.', metadata: { retry_after_seconds: 0.03 } } },
          { status: 429 },
        ),
        30,
      ],
    ])('%s', async (_name, refusal, leastMs) => {
      await using server = await startModelServer(refusal, answer);
      const { agent, waits } = agentAt(server);
      expect(await ask(agent, mode)).toMatchObject({ status: 'completed' });
      const [wait = 0] = waits();
      expect(wait).toBeGreaterThanOrEqual(leastMs);
      expect(wait).toBeLessThanOrEqual(leastMs * 1.25 + 1);
    });

    test.each<[string, object, number]>([
      [
        'Google',
        { code: 429, message: 'Quota.', details: [{ '@type': 'RetryInfo', retryDelay: '0.03s' }] },
        30,
      ],
      [
        'Google with parts of a second',
        {
          code: 503,
          message: 'Busy.',
          details: [{ retryDelay: { seconds: 0, nanos: 40_000_000 } }],
        },
        40,
      ],
      ['text', { code: 429, message: 'Please retry in 0.02s.' }, 20],
      ['a field', { code: 503, message: 'Busy.', retry_after_ms: 30 }, 30],
    ])('%s, as an error in a stream', async (_name, error, leastMs) => {
      await using server = await startModelServer(streamsPieces(event({ error })), answer);
      const { agent, events } = agentAt(server);
      const started = performance.now();
      expect(await agent.stream('Hi.').result).toMatchObject({ status: 'completed' });
      // Nothing else takes that long: the first wait is 0 without the time in the body.
      expect(performance.now() - started).toBeGreaterThanOrEqual(leastMs);
      expect(events.map(({ type }) => type)).toContain('stream-restarted');
    });

    test('a longer time than `maxRetryAfterMs` fails at once', async () => {
      const message = 'Rate limit reached. Please try again in 1h2m3.5s.';
      await using server = await startModelServer(refuses(message, 429), answer);
      await expect(ask(agentAt(server).agent, mode)).rejects.toMatchObject({
        code: 'model_overloaded',
        details: { kind: 'rate-limit', retryAfterMs: 3_723_500 },
      });
      expect(server.requests).toHaveLength(1);
    });
  },
);

test.each([
  [
    'in a header, whole',
    { streamed: false },
    answersJson({}, { status: 429, headers: { 'retry-after-ms': '40' } }),
  ],
  [
    'in a header, streamed',
    { streamed: true },
    answersJson({}, { status: 503, headers: { 'retry-after': '0.04' } }),
  ],
  [
    'in the text',
    { streamed: false },
    refuses('Rate limit reached. Please try again in 40ms.', 429),
  ],
  ['by Google', { streamed: true }, google('RequestsPerMinute', '0.04s')],
])(
  'many runs that are asked to wait for the same time return at different times: %s',
  async (_name, mode, busy) => {
    const seen = new Set<string>();
    await using server = await startModelServer((response, request) => {
      const isFirst = !seen.has(request.text);
      seen.add(request.text);
      return (isFirst ? busy : answer)(response, request);
    });
    const runs = Array.from({ length: 20 }, () => agentAt(server, { firstDelayMs: 100 }));
    await Promise.all(runs.map(({ agent }, place) => ask(agent, mode, `Question ${place}`)));
    const waits = runs.flatMap((each) => each.waits());
    expect(waits).toHaveLength(20);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(40);
    expect(new Set(waits).size).toBeGreaterThan(5);
  },
);

describe.each(modes)('a server that is still loading the model (streamed: $streamed)', (mode) => {
  test.each<[string, Answer]>([
    [
      'llama.cpp',
      answersJson(
        { error: { code: 503, message: 'Loading model', type: 'unavailable_error' } },
        { status: 503 },
      ),
    ],
    ['LM Studio', answersJson({ error: 'Model is loading, please wait.' }, { status: 409 })],
    ['Ollama', answersJson({ error: 'llm server loading model' }, { status: 500 })],
    ['a gateway', refuses('The engine is warming up', 503)],
    ['another gateway', refuses('model not ready yet', 503)],
    ['a server that starts', answersJson({ error: 'Server is starting' }, { status: 503 })],
    [
      'Hugging Face',
      answersJson(
        { error: 'Model g/m is currently loading', estimated_time: 0.01 },
        { status: 503 },
      ),
    ],
    ['a stream', streamsPieces(event({ error: { message: 'Loading model', code: 503 } }))],
  ])('is asked again more often than `maxRetries`: %s', async (_name, loading) => {
    const isLoading = Array.from({ length: 6 }, () => loading);
    await using server = await startModelServer(...isLoading, answer);
    const { agent } = agentAt(server, { ...quick, maxRetries: 1 });
    expect(await ask(agent, mode)).toMatchObject({ output: 'Here it is.' });
    expect(server.requests).toHaveLength(7);
  });

  test('is not waited for longer than `maxLoadingMs`', async () => {
    await using server = await startModelServer(refuses('Loading model', 503));
    const { agent } = agentAt(server, { firstDelayMs: 5, maxDelayMs: 5, maxLoadingMs: 200 });
    await expect(ask(agent, mode)).rejects.toMatchObject({
      code: 'model_overloaded',
      details: { kind: 'loading', cure: expect.stringContaining('retry.maxLoadingMs') },
    });
    expect(server.requests.length).toBeGreaterThan(1);
  });

  test('is not waited for if `maxLoadingMs` is 0', async () => {
    await using server = await startModelServer(refuses('Loading model', 503));
    const { agent } = agentAt(server, { ...quick, maxLoadingMs: 0 });
    await expect(ask(agent, mode)).rejects.toMatchObject({ details: { kind: 'loading' } });
    expect(server.requests).toHaveLength(1);
  });
});

describe.each(modes)(
  'the input that a server repeats in its error is not taken for its message (streamed: $streamed):',
  (mode) => {
    const input = 'What is a jinja template, and when does a tool choice fail?';

    test.each<[string, (text: string) => Answer]>([
      [
        'a list of validation errors',
        (text) =>
          answersJson(
            {
              detail: [
                {
                  type: 'missing',
                  loc: ['body', 'chat_id'],
                  msg: 'Field required',
                  input: JSON.parse(text),
                },
              ],
            },
            { status: 422 },
          ),
      ],
      [
        'a validation error in Python syntax',
        (text) =>
          refuses(
            `1 validation error: {'type': 'missing', 'msg': 'Field required', 'input': ${text}}`,
          ),
      ],
      [
        'pydantic',
        (text) =>
          refuses(`body.x Field required [type=missing, input_value=${text}, input_type=dict]`),
      ],
      ['the whole request as text', (text) => answersText(`Bad request: ${text}`, { status: 400 })],
      [
        'the question alone, cut off',
        () => refuses(`Cannot process "${input.slice(0, 40)}", sorry`),
      ],
      [
        'the request in a field',
        (text) => answersJson({ code: 7, request: text }, { status: 400 }),
      ],
    ])('%s', async (_name, refusal) => {
      await using server = await startRoutedServer({}, (response, request) =>
        refusal(request.text)(response, request),
      );
      const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', retry: quick });
      const agent = new Agent({ name: 'guide', model });
      const failed = ask(agent, mode, input);
      await expect(failed).rejects.toMatchObject({ code: 'model_refused' });
      await expect(failed).rejects.not.toMatchObject({ details: { kind: expect.anything() } });
      await expect(failed).rejects.not.toThrow(/jinja|tool choice/);
    });

    test.each(['input', 'body', 'request', 'messages', 'prompt', 'ctx', 'received'])(
      'a field "%s" in an error without a message',
      async (field) => {
        for (const status of [400, 422, 429]) {
          await using server = await startModelServer((response, { body }) =>
            answersJson({ ok: 0, [field]: [body.messages] }, { status })(response, {} as never),
          );
          const { agent } = agentAt(server, { ...quick, maxRetries: 0 });
          const failed = ask(agent, mode, 'Ask jinja whether stream_options fail.');
          const code = status === 429 ? 'model_overloaded' : 'model_refused';
          await expect(failed).rejects.toMatchObject({ code });
          await expect(failed).rejects.not.toThrow(/jinja|stream_options/);
        }
      },
    );

    test.each<[string, object]>([
      ['input', { input: 'a jinja template' }],
      ['ctx', { ctx: { error: 'a jinja template' } }],
      ['input of a nested entry', { input: [{ msg: 'a jinja template', loc: ['jinja'] }] }],
      ['url', { url: 'https://errors.example/jinja-template' }],
    ])('the field %s of an entry of `detail`', async (_name, fields) => {
      const detail = [{ type: 'missing', loc: ['body', 'n'], msg: 'Field required', ...fields }];
      await using server = await startRoutedServer({}, answersJson({ detail }, { status: 422 }));
      const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', retry: quick });
      const failed = ask(new Agent({ name: 'guide', model }), mode);
      await expect(failed).rejects.toMatchObject({
        code: 'model_refused',
        details: { serverMessage: 'body.n: Field required' },
      });
      expect(server.chats).toHaveLength(1);
    });

    test('the place and the message of a validation error are kept', async () => {
      const detail = [{ loc: ['body', 'messages', 3], msg: 'Field required', input: 'x' }];
      await using server = await startModelServer(answersJson({ detail }, { status: 422 }));
      await expect(ask(agentAt(server).agent, mode)).rejects.toMatchObject({
        details: { serverMessage: 'body.messages.3: Field required' },
      });
    });
  },
);
