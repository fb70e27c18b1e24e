import { describe, expect, test } from '@jest/globals';
import { ModelError, type ModelErrorDetails } from '../../src/errors.ts';
import { explainFailure } from '../../src/transport/explain-failure.ts';
import { isWorthRetrying, toRetryPlan } from '../../src/transport/retry-budget.ts';
import { serverMessages } from '../../src/transport/server-messages.ts';

function explain(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): ModelError {
  return explainFailure({
    status,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { get: (name) => headers[name] ?? null },
    endpoint: 'http://localhost:8080/v1',
    model: 'gemma-3-27b',
  });
}

const says = (message: string, fields: object = {}): unknown => ({ error: { message, ...fields } });

type Kind = ModelErrorDetails['kind'];

describe('the messages of servers', () => {
  test.each<[Kind, string, number, unknown]>([
    ['alternation', 'vLLM', 400, says('Conversation roles must alternate user/assistant/user/…')],
    [
      'alternation',
      'older vLLM, flat',
      400,
      { object: 'error', message: 'Conversation roles must alternate', code: 400 },
    ],
    [
      'alternation',
      'llama.cpp',
      400,
      says(
        'Unable to generate parser for this template. … Error: Jinja Exception: Conversation roles must alternate user/…',
        { type: 'invalid_request_error' },
      ),
    ],
    [
      'alternation',
      'older llama.cpp',
      500,
      says('Conversation roles must alternate user/assistant at row 19, column 98:', {
        type: 'server_error',
      }),
    ],
    [
      'alternation',
      'LM Studio',
      400,
      {
        error:
          'Error rendering prompt with jinja template: "Conversation roles must alternate user/assistant"',
      },
    ],
    [
      'alternation',
      'text-generation-inference',
      422,
      {
        error: 'Template error: syntax error: Conversation roles must alternate',
        error_type: 'template_error',
      },
    ],
    [
      'alternation',
      'Databricks',
      400,
      {
        error_code: 'BAD_REQUEST',
        message: 'Chat message input roles must alternate (user -> assistant)',
      },
    ],
    [
      'tools-unsupported',
      'Ollama',
      400,
      says('registry.ollama.ai/library/gemma3:12b does not support tools', { type: 'api_error' }),
    ],
    [
      'tools-unsupported',
      'Google AI Studio',
      400,
      [
        {
          error: {
            code: 400,
            message: 'Function calling is not enabled for models/gemma-3-27b-it',
            status: 'INVALID_ARGUMENT',
          },
        },
      ],
    ],
    [
      'tools-unsupported',
      'vLLM without a parser',
      400,
      says(
        '"auto" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set',
      ),
    ],
    [
      'tools-unsupported',
      'llama.cpp without jinja',
      500,
      says('tools param requires --jinja flag'),
    ],
    ['tool-choice-unsupported', 'llama.cpp', 400, says('Invalid tool_choice: banana')],
    [
      'tool-choice-unsupported',
      'vLLM',
      400,
      says('The tool specified in `tool_choice` does not match any of the specified `tools`'),
    ],
    [
      'tool-choice-unsupported',
      'vLLM',
      400,
      says('When using `tool_choice`, `tools` must be set.'),
    ],
    [
      'tools-invalid',
      'llama.cpp',
      500,
      says("Failed to parse tools: key 'name' not found", { type: 'server_error' }),
    ],
    [
      'tools-invalid',
      'llama.cpp',
      500,
      says('Failed to parse tool call arguments as JSON: parse error'),
    ],
    ['tools-invalid', 'vLLM', 400, says('`tools` must not be an empty array.')],
    [
      'tools-invalid',
      'vLLM',
      400,
      says("Tool definition 'X' has multiple schemas, which is not supported."),
    ],
    ['tools-with-schema', 'llama.cpp', 500, says('Content path must be a string')],
    [
      'tools-with-schema',
      'vLLM',
      400,
      says('You can only either use constraints for structured outputs or tools, not both.'),
    ],
    [
      'schema-unsupported',
      'vLLM',
      400,
      says('The provided JSON schema contains features not supported by xgrammar.'),
    ],
    ['schema-unsupported', 'vLLM', 400, says('Failed to transform json schema into a grammar: …')],
    [
      'schema-unsupported',
      'llama.cpp',
      400,
      says(
        'Unable to generate parser for this template. JSON schema error at #: unrecognized type nonsense',
      ),
    ],
    [
      'schema-unsupported',
      'older llama.cpp',
      400,
      says('JSON schema conversion failed:\nUnrecognized schema: {}'),
    ],
    [
      'response-format-unsupported',
      'Google AI Studio',
      400,
      says('JSON mode is not enabled for models/gemma-3-27b-it'),
    ],
    [
      'response-format-unsupported',
      'llama.cpp',
      400,
      says('response_format type must be one of "text" or "json_object", but got: yaml'),
    ],
    [
      'developer-role',
      'Google AI Studio',
      400,
      says('Developer instruction is not enabled for models/gemma-3-27b-it'),
    ],
    [
      'max-tokens',
      'vLLM',
      400,
      says('max_tokens=200000 cannot be greater than max_model_len=131072', {
        param: 'max_tokens',
      }),
    ],
    [
      'image-unsupported',
      'llama.cpp',
      500,
      says('image input is not supported - hint: you may need to provide the mmproj'),
    ],
    ['image-invalid', 'vLLM', 500, says('cannot identify image file <_io.BytesIO object at 0x7f>')],
    [
      'image-url',
      'Privatemode',
      500,
      says(
        'forwarding request: mutating request: non-HTTPS and non-data image URL "http://x" is insecure',
      ),
    ],
    ['content-part', 'vLLM', 400, says('Unsupported chat content part type: video')],
    [
      'cache-salt',
      'Privatemode',
      500,
      says('forwarding request: mutating request: cache_salt must be at least 32 characters long'),
    ],
    [
      'request-refused',
      'Privatemode',
      500,
      says('forwarding request: mutating request: unmarshal: invalid character'),
    ],
    ['no-model', 'Privatemode', 500, says('no model specified in request')],
    [
      'attestation',
      'Privatemode',
      500,
      says('GPU attestation returned a revoked OCSP status that is not accepted by the client'),
    ],
    ['unauthorized', 'Privatemode', 401, says('trying API key: unauthorized')],
    [
      'unauthorized',
      'OpenAI',
      401,
      says('Incorrect API key provided', { code: 'invalid_api_key' }),
    ],
    ['endpoint-unsupported', 'Privatemode', 501, 'unsupported endpoint'],
    ['too-large', 'Privatemode', 413, says('maximum request size exceeded (max 50MB)')],
    [
      'model-not-found',
      'vLLM',
      404,
      says('The model `x` does not exist.', { type: 'NotFoundError', code: 404 }),
    ],
    ['model-not-found', 'Ollama', 404, says('model "x" not found, try pulling it first')],
    [
      'several-choices',
      'llama.cpp',
      400,
      says("Field 'n': Value must be between 1 <= value <= 1, but got 2"),
    ],
    ['stream-options', 'vLLM', 400, says('Stream options can only be defined when `stream=True`.')],
    [
      'template',
      'llama.cpp',
      500,
      says('vector::_M_range_check: __n (which is 0) at row 2, column 7'),
    ],
    [
      'template',
      'llama.cpp',
      500,
      says("Invalid content type at row 39: {{ raise_exception('Invalid content type') }}"),
    ],
    [
      'quota',
      'OpenAI',
      429,
      says('You exceeded your current quota', { code: 'insufficient_quota' }),
    ],
    ['rate-limit', 'any', 429, says('Too many requests')],
    [
      'context-overflow',
      'llama.cpp',
      500,
      says(
        'input (5567 tokens) is too large to process. increase the physical batch size (current batch size: 4096)',
      ),
    ],
    [
      'context-overflow',
      'llama.cpp',
      500,
      says('input is too large to process. increase the physical batch size'),
    ],
    ['not-an-api', 'a web page', 404, '<!DOCTYPE html><html><body>Not here</body></html>'],
    ['not-an-api', 'another API', 200, { status: 'ok' }],
  ])('%s is recognised in the message of %s', (kind, _server, status, body) => {
    const error = explain(status, body);
    expect(error.details.kind).toBe(kind);
    expect(error.details.cure).toMatch(/\w{4,}/);
    expect(error.message).toContain(error.details.cure);
  });

  test('every permanent entry is a failure without retries, and no other entry is', () => {
    for (const { isPermanent, code, kind } of serverMessages) {
      const error = new ModelError(code, 'Failed.', { kind });
      expect(isWorthRetrying(error, toRetryPlan({}))).toBe(!isPermanent);
    }
  });

  test('every placeholder of a cure is filled in', () => {
    for (const { matches } of serverMessages) {
      const part = matches.find((match) => typeof match === 'string');
      if (part !== undefined) expect(explain(400, says(part)).message).not.toMatch(/\{\w+\}/);
    }
  });

  test('a server that is loading is overloaded, so the request is retried', () => {
    const error = explain(503, says('Loading model', { type: 'unavailable_error' }));
    expect(error).toMatchObject({ code: 'model_overloaded', details: { kind: 'loading' } });
  });
});

describe('a prompt that is too long', () => {
  test.each<[string, unknown, number | undefined, number | undefined]>([
    [
      'vLLM',
      says(
        "You passed 131073 input tokens and requested 100 output tokens. However, the model's context length is only 131072 tokens, resulting in a maximum input length of 130972 tokens.",
      ),
      131072,
      131073,
    ],
    [
      'vLLM, in characters',
      says(
        "You passed 900000 input characters and requested 10 output tokens. However, the model's context length is only 131072 tokens (at most 800000 characters).",
      ),
      131072,
      undefined,
    ],
    [
      'older vLLM',
      says(
        "This model's maximum context length is 8192 tokens. However, you requested 9000 tokens (8500 in the messages, 500 in the completion).",
      ),
      8192,
      8500,
    ],
    [
      'vLLM with an input length',
      says("Input length (9000) exceeds model's maximum context length (8192)."),
      8192,
      9000,
    ],
    [
      'OpenAI',
      says(
        "This model's maximum context length is 4097 tokens. However, your messages resulted in 5000 tokens.",
        { code: 'context_length_exceeded' },
      ),
      4097,
      5000,
    ],
    [
      'llama.cpp',
      says(
        'request (5009 tokens) exceeds the available context size (2048 tokens), try increasing it',
        { type: 'exceed_context_size_error', n_prompt_tokens: 5009, n_ctx: 2048 },
      ),
      2048,
      5009,
    ],
    [
      'older llama.cpp, by its fields',
      says('the request exceeds the available context size, try increasing it', {
        type: 'exceed_context_size_error',
        n_prompt_tokens: 5009,
        n_ctx: 2048,
      }),
      2048,
      5009,
    ],
    [
      'llama.cpp with a new message, by its type',
      says('no', { type: 'exceed_context_size_error', n_prompt_tokens: 3, n_ctx: 2 }),
      2,
      3,
    ],
    ['Ollama', says('the input length exceeds the context length'), undefined, undefined],
    [
      'LM Studio',
      {
        error:
          'Trying to keep the first 4977 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens, which is not enough.',
      },
      4096,
      4977,
    ],
  ])(
    '%s reports the context window and the size of the prompt',
    (_server, body, contextWindow, promptTokens) => {
      const { code, details } = explain(400, body);
      expect(code).toBe('context_overflow');
      expect(details.contextWindow).toBe(contextWindow);
      expect(details.promptTokens).toBe(promptTokens);
    },
  );
});

describe('the status if the message is unknown', () => {
  test.each<[number, string]>([
    [400, 'model_refused'],
    [401, 'model_unauthorized'],
    [403, 'model_unauthorized'],
    [404, 'model_not_found'],
    [408, 'model_overloaded'],
    [409, 'model_overloaded'],
    [422, 'model_refused'],
    [425, 'model_overloaded'],
    [429, 'model_overloaded'],
    [500, 'model_overloaded'],
    [529, 'model_overloaded'],
    [307, 'model_refused'],
  ])('%d is %s', (status, code) => {
    expect(explain(status, says('…')).code).toBe(code);
  });

  test('a web page of a failing gateway is overloaded', () => {
    expect(explain(502, '<html><h1>Bad Gateway</h1></html>').code).toBe('model_overloaded');
  });
});

describe('the details', () => {
  test('contain the server’s message, its error type and the time to wait', () => {
    const body = says('x'.repeat(2000), { type: 'BadRequestError', code: 400 });
    const { details } = explain(429, body, { 'retry-after': '2' });
    expect(details).toMatchObject({
      status: 429,
      serverType: 'BadRequestError',
      retryAfterMs: 2000,
    });
    expect(details.serverMessage).toHaveLength(500);
  });

  test.each([
    ['{"error":"plain"}', 'plain'],
    ['{"detail":[{"msg":"x"}]}', 'x'],
    ['{"error":{"message":null,"x":1}}', '{"error":{"message":null,"x":1}}'],
    ['no JSON', 'no JSON'],
    ['event: error\n\ndata: {"error":{"message":"as an event"}}\n\n', 'as an event'],
  ])('have the message of %s', (body, message) => {
    expect(explain(400, body).details.serverMessage).toBe(message);
  });

  test('report an empty body as such', () => {
    expect(explain(500, '').message).toContain('without a message');
  });
});
