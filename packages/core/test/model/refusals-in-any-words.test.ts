import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { type Answer, answersJson, answersText } from '../support/model-server.ts';
import {
  agentAt,
  type Body,
  has,
  hasNull,
  hasSystem,
  joinsCalls,
  lacksName,
  startServer,
  streamsTools,
} from '../support/refusing-server.ts';
import { refuses } from '../support/routed-server.ts';

const plain = (text: string, status = 422) => answersText(text, { status });
const parse = (problem: string) =>
  plain(`Failed to deserialize the JSON body into the target type: ${problem} at line 1 column 70`);
const fields = (body: object, status = 400) => answersJson(body, { status });

interface Form {
  readonly isRefused: (body: Body) => boolean;
  readonly refusals: readonly Answer[];
}

const forms: Readonly<Record<string, Form>> = {
  stream_options: {
    isRefused: has('stream_options'),
    refusals: [
      fields({ code: 'Invalid argument', error: 'Argument not supported: stream_options' }),
      fields({ message: 'extraneous key [stream_options] is not permitted, please reformat it.' }),
      fields({ error: { message: 'streamOptions is not allowed' } }),
      fields({ error: { message: 'Invalid parameter.', param: 'stream_options' } }),
      fields({
        error: { message: 'More properties than allowed', param: 'stream_options.include_usage' },
      }),
      parse('unknown field `stream_options`, expected one of `model`, `messages`, `stream`'),
    ],
  },
  'content: null': {
    isRefused: hasNull,
    refusals: [
      fields({
        error: "Invalid 'content': 'content' field must be a string or an array of objects.",
      }),
      fields({ error: "Invalid 'messages' in payload" }),
      refuses(
        '1 validation error for AssistantMessage\ncontent\n  Input should be a valid string [type=string_type]',
      ),
      refuses('The content field in the Message object at messages.2 is empty. Add a block.'),
      refuses('type must be string, but is null', 500),
      refuses("object of type 'NoneType' has no len()", 500),
      refuses("argument of type 'NoneType' is not iterable", 500),
      refuses('Unable to submit request because it must have a text parameter. Add one.'),
      refuses('Error.InvalidParameter: The content field is a required field.'),
      refuses('Template error: cannot perform a `+` on a string and none', 422),
      fields({
        error: { issues: [{ path: ['messages', 2, 'content'], message: 'Invalid input' }] },
      }),
      refuses('Expected string, received null'),
      refuses("Cannot read properties of null (reading 'length')", 500),
      refuses('TypeError: null is not an object (evaluating content.trim)', 500),
      parse('messages[2]: data did not match any variant of untagged enum MessageContent'),
      fields({ error: { message: "Isn't a string", param: 'messages[2].content', code: 'null' } }),
    ],
  },
  'a tool message without a name': {
    isRefused: lacksName,
    refusals: [
      refuses('Unable to submit request because function response name is empty.'),
      parse('messages[3]: missing field `name`'),
      refuses("messages/3 must have required property 'name'"),
      refuses("'name' is a required property - 'messages.3'"),
      refuses("'name' is undefined", 500),
      refuses("KeyError: 'name'", 500),
      refuses('1 validation error for ToolMessage\nname\n  Field required'),
      refuses("invalid request: message[3]: tool message requires 'name'"),
      fields({
        detail: [{ loc: ['body', 'messages', 3, 'ToolMessage', 'name'], msg: 'Required' }],
      }),
    ],
  },
  'several calls in one message': {
    isRefused: joinsCalls,
    refusals: [
      refuses('Parallel tool use is not supported for this model.'),
      refuses('Parallel function calling isn’t supported for this model'),
      refuses('Multiple tool calls in one message are unsupported.'),
      refuses('concurrent tool calls are disabled for this model'),
      refuses('messages/2/tool_calls must NOT have more than 1 items'),
      refuses("Invalid 'messages[2].tool_calls': array too long. It has 2 items."),
      refuses('Jinja Exception: tool_calls with length greater than 1 is not supported', 500),
      refuses('tool_calls must contain exactly one element'),
      refuses('Too many tool calls in one message.'),
      refuses('The number of function response parts must be equal to that of call parts.'),
    ],
  },
  'a system message': {
    isRefused: hasSystem,
    refusals: [
      refuses("Unsupported value: 'messages[0].role' does not support 'system' with this model."),
      refuses('message role not supported yet: system', 500),
      refuses('Please use a valid role: user, model.'),
      refuses("This model doesn't support system messages. Try again without one."),
      refuses('invalid value: `system`, supported values are: `assistant`, `user`, `tool`.'),
      parse('messages[0].role: unknown variant `system`, expected one of `user`, `assistant`'),
      refuses("Invalid enum value. Expected 'user' | 'assistant', received 'system'"),
      refuses('the role of first message must be user'),
      refuses('Role system is not permitted'),
      refuses('The role "system" is currently not available.', 422),
      refuses('A conversation must start with a user message.'),
    ],
  },
  'streaming with tools': {
    isRefused: streamsTools,
    refusals: [
      refuses("This model doesn't support tool use in streaming mode."),
      refuses('function calling is only supported for non-streaming requests'),
      refuses('tool_choice = "auto" is not supported with stream=True'),
      refuses('stream=true cannot be combined with tools'),
      refuses('Please set stream to false when using tools'),
      refuses('tools and stream are mutually exclusive'),
      refuses("The 'stream' parameter is incompatible with 'tools'"),
      refuses('tools can only be used with stream=false'),
    ],
  },
  streaming: {
    isRefused: ({ stream }) => stream,
    refusals: [
      refuses('Your organization must be verified to stream this model.'),
      refuses('The model is unsupported for streaming.'),
      refuses('stream=true is not supported'),
      refuses('Streaming disabled for this deployment'),
      fields({ detail: 'Streaming not implemented' }, 501),
    ],
  },
  'a whole reply': {
    isRefused: ({ stream }) => !stream,
    refusals: [
      refuses('This model only support stream mode, please enable the stream parameter.'),
      refuses('stream must be true'),
      refuses('This endpoint only supports streaming responses.'),
      refuses('Non-streaming requests are not supported. Set stream=true.'),
      refuses('enable_thinking must be set to false for non-streaming calls'),
    ],
  },
  'a tool message': {
    isRefused: ({ messages }) => messages.some(({ role }) => role === 'tool'),
    refusals: [
      parse('messages[3].role: unknown variant `tool`, expected one of `system`, `user`'),
      refuses("Invalid role: 'tool'. Must be one of system, user, assistant"),
      refuses("'tool' is not one of ['system', 'assistant', 'user'] - 'messages.3.role'"),
      fields({ errors: [{ loc: 'messages.3.role', msg: "Input should be 'system' or 'user'" }] }),
      refuses('Only user, system and assistant roles are supported'),
      refuses("Tool messages aren't supported by this model"),
    ],
  },
  tools: {
    isRefused: has('tools'),
    refusals: [
      refuses('This model does not support function calling'),
      refuses("Tool calling isn't enabled on this deployment"),
      refuses('Unrecognized request argument supplied: tools'),
      parse('unknown field `tools`, expected one of `model`, `messages`'),
    ],
  },
};

const rows = Object.entries(forms).flatMap(([name, { isRefused, refusals }]) =>
  refusals.map((refusal, index) => [name, index + 1, refusal, isRefused] as const),
);

test.each(rows)(
  'a server that refuses %s in other words (%d) gets the request in the form that it takes, and is not asked in the other one again',
  async (name, _nth, refusal, isRefused) => {
    await using server = await startServer(isRefused, refusal);
    const { agent, changes } = agentAt(server);
    const ask = (input: string) =>
      name === 'a whole reply' ? agent.run(input) : agent.stream(input).result;
    expect(await ask('Oslo and Lima?')).toMatchObject({
      status: 'completed',
      output: 'Both are fine.',
    });
    expect(changes().length).toBeGreaterThan(0);
    const sent = server.chats.length;
    await ask('And now?');
    expect(server.chats.slice(sent).filter((body) => isRefused(body as unknown as Body))).toEqual(
      [],
    );
  },
);

describe('a message of another meaning changes no form:', () => {
  test.each<[string, Answer]>([
    [
      'a call without a result',
      refuses(
        "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'.",
      ),
    ],
    [
      'the name of a call',
      refuses("Invalid 'messages[2].tool_calls[0].function.name': string does not match pattern."),
    ],
    ['the name of a tool', refuses("Missing required parameter: 'tools[0].name'.")],
    ['a filter', refuses("The prompt triggered the content management policy. Don't retry it.")],
    ['a part of the content', refuses('Invalid content type. image_url is only for some models.')],
    ['another system', refuses('The system is not able to process your message at this time')],
    ['a schema', refuses("Invalid schema for function 'f': None is not of type 'object'.")],
    ['the place of the system message', refuses('System message must be at the beginning.')],
    ['a plan without streaming', refuses('Streaming is not allowed for your plan', 403)],
    ['a key', refuses('The content of the key is missing; a name is required', 401)],
  ])('%s', async (_name, refusal) => {
    await using server = await startServer(() => true, refusal);
    const { agent, changes } = agentAt(server);
    await expect(agent.stream('Oslo?').result).rejects.toMatchObject({
      code: expect.stringMatching(/^model_(?:refused|unauthorized)$/),
    });
    expect(changes()).toEqual([]);
    expect(server.chats).toHaveLength(1);
  });

  test('a crash of the server is retried', async () => {
    let isFirst = true;
    await using server = await startServer(
      () => isFirst,
      (response, request) => {
        isFirst = false;
        return refuses("'NoneType' object has no attribute 'shape'", 500)(response, request);
      },
    );
    const { agent, changes } = agentAt(server, { retry: { maxRetries: 1, firstDelayMs: 0 } });
    expect(await agent.run('Oslo?')).toMatchObject({ status: 'completed' });
    expect(changes()).toEqual([]);
  });
});

test('a form is found in any order of words, and in any envelope', async () => {
  const stream = fc.constantFrom('Streaming', 'stream=true', "The 'stream' parameter");
  const objection = fc.constantFrom("isn't supported", 'is not allowed', 'cannot be used');
  const tools = fc.constantFrom('with tools', 'when tools are given', 'for function calls');
  const sentence = fc
    .tuple(stream, objection, tools, fc.boolean())
    .map(([what, not, where, isTurned]) =>
      isTurned
        ? `${where[0]?.toUpperCase()}${where.slice(1)}, ${what} ${not}`
        : `${what} ${not} ${where}`,
    );
  const envelope = fc.constantFrom<(message: string) => Answer>(
    (message) => fields({ error: { message, type: 'invalid_request_error' } }),
    (error) => fields({ error }),
    (detail) => fields({ detail }, 422),
    (message) => fields({ object: 'error', message, code: 400 }),
    (msg) => fields({ detail: [{ loc: ['body'], msg }] }, 422),
    (message) => fields([{ error: { code: 400, message, status: 'INVALID_ARGUMENT' } }]),
    (message) => refuses(`Provider error: ${JSON.stringify({ error: { message } })}`, 500),
    (message) => plain(message, 400),
  );
  const property = fc.asyncProperty(sentence, envelope, async (message, wrap) => {
    await using server = await startServer(streamsTools, wrap(message));
    const { agent, ran } = agentAt(server);
    expect(await agent.stream('Oslo and Lima?').result).toMatchObject({ status: 'completed' });
    expect(ran).toEqual(['Oslo', 'Lima']);
  });
  await fc.assert(property, { numRuns: Math.min(propertyRuns, 100) });
});
