import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { breaksOff, chunk, streamsThen } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];

const half = 'The meeting is on Thurs';
const text = (finish: unknown, content = half): ServerReply => ({ message: { content }, finish });
const call = (finish: unknown): ServerReply => ({
  message: { content: null, tool_calls: [wireCall('read_file', { path: 'a.txt' })] },
  finish,
});

describe.each(modes)('a finish reason that means an error (streamed: $streamed)', (mode) => {
  test.each([
    'error',
    'abort',
    'aborted',
    'network_error',
    'insufficient_system_resource',
    'cancelled',
    'USER_CANCEL',
    'timeout',
    'time_limit',
    'internal_error',
    'engine_overloaded',
    'FinishReason.ERROR',
    'modelUnloaded',
    'MALFORMED_FUNCTION_CALL',
    'backend-failure',
    'out_of_memory',
  ])('%s: the reply is discarded and requested again', async (finish) => {
    const whole = await runOnRawServer([text(finish), text('stop', 'On Thursday.')], mode);
    expect(whole).toMatchObject({ status: 'completed', output: 'On Thursday.' });
    const called = await runOnRawServer([call(finish), text('stop', 'Nothing read.')], mode);
    expect(called).toMatchObject({ output: 'Nothing read.', executed: [] });
  });

  test.each(['error', 'network-error', 'ABORTED'])(
    '%s after every retry fails the run with the word of the server',
    async (finish) => {
      const retry = { maxRetries: 1, firstDelayMs: 0 };
      const { error, requests } = await runOnRawServer([text(finish)], {
        ...mode,
        model: { retry },
      });
      expect(error).toMatchObject({
        code: 'model_failed',
        message: expect.stringContaining(`"${finish}"`),
        details: { kind: 'broken-reply', serverMessage: finish, attempts: 2 },
      });
      expect(requests).toHaveLength(2);
    },
  );

  test.each([
    [{ code: 502, message: 'GPU 3 was lost' }, 'GPU 3 was lost'],
    [{ message: 'stream reset', metadata: { provider: 'x' } }, 'stream reset'],
    ['worker restarted', 'worker restarted'],
  ])(
    'an error inside the choice is retried, and its text is in the error: %j',
    async (error, words) => {
      const broken = { message: { content: half }, finish: 'stop', choice: { error } };
      const retried = await runOnRawServer([broken, text('stop', 'On Thursday.')], mode);
      expect(retried).toMatchObject({ status: 'completed', output: 'On Thursday.' });
      const failed = await runOnRawServer([broken], {
        ...mode,
        model: { retry: { maxRetries: 0 } },
      });
      expect(failed.error).toMatchObject({
        code: 'model_failed',
        details: { serverMessage: words },
      });
    },
  );

  test('an error inside the message of a choice is an error of the choice', async () => {
    for (const error of [{ code: 500, message: 'GPU 3 was lost' }, 'GPU 3 was lost']) {
      const broken = { message: { content: half, error }, finish: 'stop' };
      const retried = await runOnRawServer([broken, text('stop', 'On Thursday.')], mode);
      expect(retried).toMatchObject({ status: 'completed', output: 'On Thursday.', fixes: [] });
    }
  });

  test('the error never contains the API key or the text of the user', async () => {
    const apiKey = 'key-of-the-user-7781';
    const message = `Key ${apiKey} cannot answer "Read a.txt." ${'x'.repeat(5_000)}`;
    const model = { apiKey, retry: { maxRetries: 1, firstDelayMs: 0 } };
    for (const choice of [{ error: { message } }, { finish_reason: `error: ${message}` }]) {
      const { error } = await runOnRawServer([{ message: {}, choice }], { ...mode, model });
      expect(error).toMatchObject({ code: 'model_failed', details: { kind: 'broken-reply' } });
      const printed = inspect(error, { depth: 9, showHidden: true });
      expect(printed).not.toMatch(/7781|Read a\.txt/);
      expect(error?.message.length).toBeLessThan(800);
    }
  });

  test('a client error inside the choice is not retried', async () => {
    const error = { code: 403, message: 'Your key may not use this model' };
    const reply = { message: { content: half }, finish: 'error', choice: { error } };
    const failed = await runOnRawServer([reply], mode);
    expect(failed.error).toMatchObject({ code: 'model_unauthorized' });
    expect(failed.requests).toHaveLength(1);
  });

  test('an empty error inside the choice is ignored', async () => {
    for (const error of [null, {}, '', false]) {
      const reply = { message: { content: 'Yes.' }, finish: 'stop', choice: { error } };
      expect(await runOnRawServer([reply], mode)).toMatchObject({ output: 'Yes.', fixes: [] });
    }
  });
});

describe.each(modes)('a finish reason that means a limit (streamed: $streamed)', (mode) => {
  test.each([
    'length',
    'max_tokens',
    'MAX_TOKENS',
    'FINISH_REASON_MAX_TOKENS',
    'model_length',
    'max_output_tokens',
    'token_limit',
    'context_length',
    'context_length_exceeded',
    'model_context_window_exceeded',
    'maxPredictedTokensReached',
    'ERROR_LIMIT',
    'Incomplete',
  ])('%s: a text is reported as cut off, and a call does not run', async (finish) => {
    const { output, fixes } = await runOnRawServer([text(finish)], mode);
    expect({ output, fixes }).toEqual({ output: half, fixes: [{ kind: 'cut-text' }] });
    const { executed } = await runOnRawServer([call(finish), text('stop', 'No.')], mode);
    expect(executed).toEqual([]);
  });
});

describe.each(modes)('a finish reason that nobody knows (streamed: $streamed)', (mode) => {
  test.each(['pause_turn', 'because', 'OTHER', 7, { type: 'matched' }])(
    '%j: the reply is used, and a fix reports the reason',
    async (finish) => {
      const reason = typeof finish === 'string' ? finish : expect.any(String);
      const fix = { kind: 'unknown-finish-reason', reason };
      expect(await runOnRawServer([text(finish, 'Done.')], mode)).toMatchObject({
        status: 'completed',
        output: 'Done.',
        fixes: [fix],
      });
      const called = await runOnRawServer([call(finish), text('stop', 'Read.')], mode);
      expect(called).toMatchObject({ executed: ['read_file a.txt'], fixes: [fix] });
    },
  );
});

describe.each(modes)(
  'the reason of the provider next to the reason of a router (streamed: $streamed)',
  (mode) => {
    const from = (native: unknown, reply: ServerReply): ServerReply => ({
      ...reply,
      choice: { native_finish_reason: native },
    });

    test.each(['error', 'MALFORMED_FUNCTION_CALL', 'timeout'])(
      '%s is an error, although the router reports stop',
      async (native) => {
        const replies = [from(native, text('stop')), text('stop', 'On Thursday.')];
        expect(await runOnRawServer(replies, mode)).toMatchObject({ output: 'On Thursday.' });
      },
    );

    test.each(['MAX_TOKENS', 'length', 'SAFETY'])('%s: the call does not run', async (native) => {
      const replies = [from(native, call('tool_calls')), text('stop', 'Nothing read.')];
      expect(await runOnRawServer(replies, mode)).toMatchObject({ executed: [] });
    });

    test.each([
      ['', 'MAX_TOKENS'],
      [null, 'length'],
      ['', 'SAFETY'],
      [null, 'error'],
    ])(
      'with the reason %j of the router, %s counts: the call does not run',
      async (own, native) => {
        const replies = [from(native, call(own)), text('stop', 'Nothing read.')];
        const end = await runOnRawServer(replies, mode);
        expect(end).toMatchObject({ output: 'Nothing read.', executed: [] });
      },
    );

    test.each(['STOP', 'completed', 'end_turn', 'because', null])(
      '%s changes nothing',
      async (native) => {
        const replies = [from(native, call('tool_calls')), text('stop', 'Read.')];
        const { executed, fixes } = await runOnRawServer(replies, mode);
        expect({ executed, fixes }).toEqual({ executed: ['read_file a.txt'], fixes: [] });
      },
    );
  },
);

test('a stream that breaks after an unknown finish reason is requested again', async () => {
  const pieces = [chunk({ content: half }), chunk({}, 'because')];
  const replies = [streamsThen(pieces, breaksOff), text('stop', 'On Thursday.')];
  const { output, fixes } = await runOnRawServer(replies, { streamed: true });
  expect({ output, fixes }).toEqual({ output: 'On Thursday.', fixes: [] });
});

describe.each(modes)(
  'a finish reason that means a complete reply (streamed: $streamed)',
  (mode) => {
    test.each([
      'stop',
      'STOP',
      'FinishReason.STOP',
      'end_turn',
      'eos_token',
      'stopStringFound',
      'COMPLETE',
      'tool_calls',
      'tool-use',
      'function_call',
      { type: 'stop' },
      '',
      ' ',
      null,
      'null',
    ])('%j: a call runs, and no fix is reported', async (finish) => {
      const called = await runOnRawServer([call(finish), text('stop', 'Read.')], mode);
      expect(called).toMatchObject({ executed: ['read_file a.txt'], output: 'Read.', fixes: [] });
    });

    test.each(['', null])('%j: a text is the answer', async (finish) => {
      const answered = await runOnRawServer([text(finish, 'Done.')], mode);
      expect(answered).toMatchObject({ status: 'completed', output: 'Done.', fixes: [] });
    });
  },
);

describe.each(modes)(
  'a reply that is as long as the requested maximum (streamed: $streamed)',
  (mode) => {
    const counted = (reply: ServerReply, tokens: unknown): ServerReply => ({
      ...reply,
      usage: { prompt_tokens: 20, completion_tokens: tokens },
    });
    const settings = { maxOutputTokens: 30 };

    test.each([
      ['stop', 30],
      ['stop', 31],
      ['', '30'],
    ])(
      'a text with finish_reason %j and %j tokens is reported as cut off',
      async (finish, tokens) => {
        const { output, fixes } = await runOnRawServer([counted(text(finish), tokens)], {
          ...mode,
          agent: { settings },
        });
        expect({ output, fixes }).toEqual({ output: half, fixes: [{ kind: 'cut-text' }] });
      },
    );

    test.each(['tool_calls', 'stop', 'surprise'])(
      'a call with finish_reason %s does not run',
      async (finish) => {
        const replies = [counted(call(finish), 30), text('stop', 'No.')];
        const { executed } = await runOnRawServer(replies, { ...mode, agent: { settings } });
        expect(executed).toEqual([]);
      },
    );

    test('a maximum in extraBody counts too', async () => {
      const replies = [counted(call('tool_calls'), 30), text('stop', 'No.')];
      for (const extraBody of [{ max_completion_tokens: 30 }, { max_tokens: 30 }]) {
        const { executed } = await runOnRawServer(replies, { ...mode, model: { extraBody } });
        expect(executed).toEqual([]);
      }
    });

    test('a shorter reply is complete, and without a maximum the count does not matter', async () => {
      const replies = [counted(call('tool_calls'), 29), text('stop', 'Read.')];
      const { executed } = await runOnRawServer(replies, { ...mode, agent: { settings } });
      expect(executed).toEqual(['read_file a.txt']);
      const long = await runOnRawServer([counted(text('stop', 'Done.'), 4096)], mode);
      expect(long).toMatchObject({ output: 'Done.', fixes: [] });
    });
  },
);
