import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { ModelSettings } from '../../src/model/model.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { defineProfile, type ProfileChanges } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { type Answer, answersJson, completion } from '../support/model-server.ts';
import {
  agentAt,
  type Body,
  calls,
  has,
  hasCalls,
  hasNull,
  hasSystem,
  joinsCalls,
  lacksName,
  startServer,
  streamsTools,
} from '../support/refusing-server.ts';
import { refuses, startRoutedServer } from '../support/routed-server.ts';

const detail = (loc: readonly (string | number)[], msg: string, status = 422) =>
  answersJson({ detail: [{ type: 'x', loc: ['body', ...loc], msg, input: null }] }, { status });

/** What a server refuses, its message, and the change of the profile that has the other form. */
interface Form {
  readonly isRefused: (body: Body) => boolean;
  readonly change: ProfileChanges;
  readonly option: string;
  readonly settings?: ModelSettings;
  readonly refusals: readonly Answer[];
}

const forms: Readonly<Record<string, Form>> = {
  'content: null': {
    isRefused: hasNull,
    change: { emptyContent: '' },
    option: 'emptyContent',
    refusals: [
      refuses('invalid message content type: <nil>'),
      refuses("None is not of type 'string' - 'messages.2.content'"),
      refuses("Invalid value for 'content': expected a string, got null."),
      refuses('content cannot be null for role assistant', 500),
      detail(['messages', 2, 'assistant', 'content'], 'Input should be a valid string'),
      refuses("'content' is a required property - 'messages.2'"),
      refuses("'NoneType' object has no attribute 'strip'", 500),
      refuses('can only concatenate str (not "NoneType") to str', 500),
      refuses('Value is not of type string: messages[2].content'),
    ],
  },
  'a tool message without a name': {
    isRefused: lacksName,
    change: { toolResultName: true },
    option: 'toolResultName',
    refusals: [
      refuses(
        'GenerateContentRequest.contents[2].parts[0].function_response.name: Name cannot be empty.',
      ),
      refuses('Tool message must have a name'),
      refuses('messages with role "tool" need the name of the function', 500),
      detail(['messages', 3, 'tool', 'name'], 'Field required'),
    ],
  },
  'several calls in one message': {
    isRefused: joinsCalls,
    change: { turns: { calls: 'unrolled' } },
    option: "calls: 'unrolled'",
    refusals: [
      refuses('This model only supports single tool-calls at once!', 500),
      refuses('Parallel tool calls are not supported by this template.'),
      refuses('assistant message: tool_calls can have at most 1 item'),
      refuses('Only one tool call per message is allowed'),
      refuses('An assistant message may contain at most 1 tool call.'),
    ],
  },
  'a system message': {
    isRefused: hasSystem,
    change: { turns: { system: 'in-first-user' } },
    option: "system: 'in-first-user'",
    refusals: [
      refuses('System role not supported'),
      refuses('Jinja Exception: System role not supported', 500),
      refuses('This model does not support system messages.'),
      refuses('Only user and assistant roles are supported!'),
      refuses("'system' is not one of ['user', 'assistant'] - 'messages.0.role'"),
      refuses("messages[0].role: must be one of 'user', 'assistant', 'tool'"),
      detail(['messages', 0, 'role'], "Input should be 'user', 'assistant' or 'tool'"),
    ],
  },
  stream_options: {
    isRefused: has('stream_options'),
    change: { streamOptions: false },
    option: 'streamOptions',
    refusals: [
      answersJson(
        {
          object: 'error',
          message: {
            detail: [
              {
                loc: ['body', 'stream_options', 'include_usage'],
                msg: 'Extra inputs are not permitted',
              },
            ],
          },
        },
        { status: 422 },
      ),
      refuses('Unrecognized request argument supplied: stream_options'),
      refuses("Unknown parameter: 'stream_options.include_usage'."),
    ],
  },
  'streaming with tools': {
    isRefused: streamsTools,
    change: { toolStreaming: false },
    option: 'toolStreaming',
    refusals: [
      refuses('Cannot use tools with stream', 500),
      refuses('Streaming is not supported when tools are provided.'),
      refuses('tools are currently not supported in streaming mode'),
      refuses('This model does not support tool use in streaming mode.'),
      refuses('tools + stream is not implemented', 501),
    ],
  },
  streaming: {
    isRefused: ({ stream }) => stream,
    change: { streaming: false },
    option: 'streaming: false',
    refusals: [
      refuses('Streaming is not supported for this model.'),
      refuses("Unsupported value: 'stream' does not support true"),
      refuses('The deployment does not support streaming'),
    ],
  },
  max_tokens: {
    isRefused: has('max_tokens'),
    change: { maxTokensField: 'max_completion_tokens' },
    option: 'maxTokensField',
    settings: { maxOutputTokens: 99 },
    refusals: [
      refuses(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      refuses('max_tokens is deprecated; use max_completion_tokens'),
      refuses('`max_tokens` is unsupported here, please send max_completion_tokens'),
    ],
  },
  seed: {
    isRefused: has('seed'),
    change: { omittedFields: ['seed'] },
    option: "omittedFields: ['seed']",
    settings: { seed: 7 },
    refusals: [
      refuses('Unrecognized request argument supplied: seed'),
      refuses('Invalid JSON payload received. Unknown name "seed": Cannot find field.'),
      refuses("Additional properties are not allowed ('seed' was unexpected)"),
      detail(['seed'], 'Extra inputs are not permitted'),
    ],
  },
  temperature: {
    isRefused: has('temperature'),
    change: { omittedFields: ['temperature'] },
    option: "omittedFields: ['temperature']",
    settings: { temperature: 0.2 },
    refusals: [
      refuses("Unsupported value: 'temperature' does not support 0.2 with this model."),
      refuses("property 'temperature' is not supported"),
      refuses('This model does not support the temperature parameter'),
    ],
  },
  tool_choice: {
    isRefused: has('tool_choice'),
    change: { omittedFields: ['tool_choice'] },
    option: "omittedFields: ['tool_choice']",
    refusals: [
      refuses("Unsupported parameter: 'tool_choice'"),
      refuses('tool_choice is not supported by this server'),
      detail(['tool_choice'], 'Extra inputs are not permitted'),
    ],
  },
};

/** Forms of a request that a request for a whole reply does not have. */
const onlyStreamed: readonly string[] = ['stream_options', 'streaming', 'streaming with tools'];

const rows = Object.entries(forms).flatMap(([name, form]) =>
  form.refusals.flatMap((refusal, index) =>
    (onlyStreamed.includes(name) ? [true] : [true, false]).map(
      (streamed) =>
        [name, index + 1, streamed ? 'streamed' : 'whole', refusal, { ...form, streamed }] as const,
    ),
  ),
);

describe('a server that refuses', () => {
  test.each(rows)(
    '%s (%d, %s) gets the request again in another form',
    async (_name, _nth, _delivery, refusal, form) => {
      await using server = await startServer(form.isRefused, refusal);
      const { agent, ran, changes } = agentAt(server, { settings: form.settings ?? {} });
      const ask = (input: string, options = {}) =>
        form.streamed ? agent.stream(input, options).result : agent.run(input, options);
      const result = await ask('Oslo and Lima?');
      expect(result).toMatchObject({ status: 'completed', output: 'Both are fine.' });
      expect(ran).toEqual(['Oslo', 'Lima']);
      expect(changes()).toMatchObject([{ from: 'native', to: 'native' }]);
      const sent = server.chats.length;
      await ask('And now?', { transcript: result.transcript });
      expect(changes()).toHaveLength(1);
      expect(server.chats.slice(sent).some((body) => form.isRefused(body as unknown as Body))).toBe(
        false,
      );
    },
  );

  test.each(Object.entries(forms))(
    '%s is answered at once with a profile that has the other form',
    async (_name, { isRefused, change, settings = {}, refusals }) => {
      await using server = await startServer(isRefused, refusals[0] as Answer);
      const profile = defineProfile(profiles.openai, change);
      const { agent, changes } = agentAt(server, { profile, settings });
      expect(await agent.stream('Oslo and Lima?').result).toMatchObject({ status: 'completed' });
      expect(changes()).toEqual([]);
    },
  );

  test.each(Object.entries(forms))(
    '%s fails with a fixed profile, and the error names the field of the profile',
    async (_name, { isRefused, option, settings = {}, refusals }) => {
      await using server = await startServer(isRefused, refusals[0] as Answer);
      const { agent } = agentAt(server, { profile: 'openai', settings });
      await expect(agent.stream('Oslo and Lima?').result).rejects.toMatchObject({
        code: 'model_refused',
        details: { cure: expect.stringContaining(option) },
      });
    },
  );
});

test('a server that refuses two things gets a request without both', async () => {
  await using server = await startRoutedServer({}, (response, request) => {
    const body = request.body as unknown as Body;
    if (hasSystem(body)) return refuses('System role not supported')(response, request);
    if (hasNull(body)) return refuses('content: null is not allowed')(response, request);
    const message = hasCalls(body) ? { content: 'ok' } : { content: null, tool_calls: calls };
    return answersJson(completion(message, 'stop'))(response, request);
  });
  const { agent, changes } = agentAt(server);
  expect(await agent.run('Oslo?')).toMatchObject({ output: 'ok' });
  expect(changes()).toHaveLength(2);
});

test('a forced call is never sent without `tool_choice`', async () => {
  await using server = await startServer(
    has('tool_choice'),
    refuses("Unknown field: 'tool_choice'"),
  );
  const profile = defineProfile(profiles.openai, { omittedFields: ['tool_choice'] });
  const model = openaiCompatible({ baseURL: server.baseURL, model: 'm', profile });
  const name = 'get_weather';
  const weather = tool({
    name,
    description: 'Weather.',
    parameters: z.object({}),
    execute: () => 1,
  });
  const agent = new Agent({ name: 'guide', model, tools: [weather], toolChoice: 'required' });
  await expect(agent.run('Oslo?')).rejects.toMatchObject({ code: 'model_refused' });
});

describe('a message that only looks like a refusal of a form changes nothing:', () => {
  test.each([
    'Missing content-type header',
    'Tool name must match the pattern ^[a-z]+$',
    'The model was not loaded: no GPU memory',
    'Invalid request',
  ])('%s', async (message) => {
    await using server = await startServer(() => true, refuses(message));
    const { agent, changes } = agentAt(server);
    await expect(agent.stream('Oslo?').result).rejects.toMatchObject({ code: 'model_refused' });
    expect(changes()).toEqual([]);
    expect(server.chats).toHaveLength(1);
  });
});
