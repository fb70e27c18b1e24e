import { describe, expect, test } from '@jest/globals';
import { answersJson, answersText } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];
const answer: ServerReply = { message: { content: 'Done.' } };
const model = { retry: { firstDelayMs: 0, maxRetries: 1 } };

const groq = (message: string, code: string) => ({
  error: { message, type: 'invalid_request_error', code, failed_generation: '<function=read_file' },
});
const failed = "Failed to call a function. Please adjust your prompt. See 'failed_generation'.";
const unlisted = "Tool choice is none, but the model called a tool 'search'";

describe.each(modes)(
  'a refusal whose text is about the reply of the model (streamed: $streamed)',
  (mode) => {
    test.each<[string, number, object]>([
      ['Failed to call a function', 400, groq(failed, 'tool_use_failed')],
      ['but the model called a tool', 400, groq(unlisted, 'tool_use_failed')],
      ['Failed to validate JSON', 400, groq('Failed to validate JSON.', 'json_validate_failed')],
      ['Parsing failed', 400, groq('Parsing failed.', 'output_parse_failed')],
      ['error parsing tool call', 500, { error: { message: "error parsing tool call: raw='{'" } }],
      ['The model has crashed', 400, { error: 'The model has crashed without information.' }],
      ['Model unloaded', 400, { error: 'Model unloaded.' }],
    ])(
      '%s: the request is sent again, then the run fails with that text',
      async (text, status, body) => {
        const refusal = answersJson(body, { status });
        const once = await runOnRawServer([refusal, answer], { ...mode, model });
        expect(once).toMatchObject({ status: 'completed', output: 'Done.' });
        const { error, requests } = await runOnRawServer([refusal], { ...mode, model });
        expect(requests).toHaveLength(2);
        expect(error).toMatchObject({ code: 'model_failed', details: { kind: 'broken-reply' } });
        expect(error?.details.serverMessage).toContain(text);
      },
    );

    test.each<[number, string]>([
      [498, '{"error":{"message":"Flex tier capacity exceeded"}}'],
      [400, '{"message":"ThrottlingException: Too many requests, please wait."}'],
      [403, '{"error":{"message":"The server is at capacity."}}'],
    ])('a %i that means too many requests is waited for: %s', async (status, body) => {
      const refusal = answersText(body, { status, contentType: 'application/json' });
      const once = await runOnRawServer([refusal, answer], { ...mode, model });
      expect(once).toMatchObject({ status: 'completed', output: 'Done.' });
      const { error } = await runOnRawServer([refusal], { ...mode, model });
      expect(error?.code).toBe('model_overloaded');
    });
  },
);

describe.each(modes)('a second reason of a choice (streamed: $streamed)', (mode) => {
  const call = { content: null, tool_calls: [wireCall('read_file', { path: 'a.txt' })] };

  test.each<[unknown, Record<string, unknown>]>([
    [null, { stop_reason: 'max_tokens' }],
    ['tool_calls', { stop_reason: 'max_tokens' }],
    ['stop', { done_reason: 'length' }],
    ['tool_calls', { stop_reason: 'refusal' }],
  ])('%j next to %j: the call does not run', async (finish, choice) => {
    const { executed } = await runOnRawServer([{ message: call, finish, choice }, answer], mode);
    expect(executed).toEqual([]);
  });

  test.each<[unknown, Record<string, unknown>]>([
    ['stop', { stop_reason: 'length' }],
    ['tool_calls', { stop_reason: 128_009 }],
    ['tool_calls', { stop_reason: 'tool_use', done_reason: 'stop' }],
    ['tool_calls', { stop_reason: null, done_reason: null }],
  ])('%j next to %j: the call runs', async (finish, choice) => {
    const { executed } = await runOnRawServer([{ message: call, finish, choice }, answer], mode);
    expect(executed).toEqual(['read_file a.txt']);
  });
});
