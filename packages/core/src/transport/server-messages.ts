import type { ModelErrorCode, ModelErrorKind } from '../errors.ts';
import { ModelError } from '../errors.ts';

/** A failure that servers are known to word in certain ways. */
export interface ServerMessage {
  readonly kind: ModelErrorKind;
  readonly code: ModelErrorCode;
  /** Whether the same request would fail again, whatever the status: proxies and llama.cpp send refusals as 500. */
  readonly isPermanent: boolean;
  /** What a server says, in lower case; one of them anywhere in its message is enough. */
  readonly matches: readonly (string | RegExp)[];
  /** What to change. `{endpoint}` and `{model}` stand for the transport's own. */
  readonly cure: string;
}

/**
 * What servers say when a request fails. The first entry that fits wins, so the particular stands before the general.
 * Gathered from the sources of Privatemode's proxies, vLLM and llama.cpp, and from public reports on Ollama, LM Studio,
 * text-generation-inference, Google AI Studio, Databricks and OpenAI. Servers reword, so matching is loose.
 */
export const serverMessages: readonly ServerMessage[] = [
  {
    kind: 'alternation',
    code: 'model_refused',
    isPermanent: true,
    matches: ['roles must alternate'],
    cure:
      "This server's chat template takes strict turns without tool turns: set `profile: 'gemma-3-strict'` on the model, " +
      'and let a `Transcript` keep the turns of a history that you build yourself.',
  },
  {
    kind: 'context-overflow',
    code: 'context_overflow',
    isPermanent: true,
    matches: [
      'exceed_context_size_error',
      'context_length_exceeded',
      'maximum context length',
      'context length is only',
      'exceeds the available context size',
      'exceeds context length',
      'exceeds the context length',
      'exceeds the context window',
      'longer than the maximum model length',
      'context length of',
      'greater than the context length',
      'input token count',
      'prompt is too long',
      /input length .{0,40}exceeds/,
      /`inputs` tokens .{0,40}must be <=/,
      /requested .{0,60}characters/,
    ],
    cure: 'Shorten the history or the tool results, lower `settings.maxOutputTokens`, or serve the model with a larger context.',
  },
  {
    kind: 'max-tokens',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'cannot be greater than max_model_len',
      /max(_completion)?_tokens.{0,40}(is )?too large/,
    ],
    cure: 'Lower `settings.maxOutputTokens` below the context window of the server.',
  },
  {
    kind: 'tools-with-schema',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'either use constraints for structured outputs or tools',
      'content path must be a string',
      'with a response mime type',
    ],
    cure: 'This server cannot take tools and a response format in one request: leave `response_format` out of `extraBody`.',
  },
  {
    kind: 'tools-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'does not support tool',
      'do not support tool',
      'support tool use',
      'function calling is not enabled',
      'requires --enable-auto-tool-choice',
      'tools param requires --jinja',
      'cannot use tools with stream',
    ],
    cure: "This server has no tool calling for this model: set `dialect: 'prompted'` on the model, which needs none.",
  },
  {
    kind: 'tool-choice-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'invalid tool_choice',
      'invalid value for `tool_choice`',
      'specified in `tool_choice` does not match',
      'when using `tool_choice`',
      'tool choice',
    ],
    cure: "Use `toolChoice: 'auto'`, or `dialect: 'guided'`, which can force a call on servers without `tool_choice`.",
  },
  {
    kind: 'tools-invalid',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      '`tools` must not be an empty array',
      'failed to parse tools',
      'failed to parse tool call arguments',
      'has multiple schemas',
      "key 'name' not found",
    ],
    cure: 'The server could not read a tool or a past call: check the names and parameter schemas of the tools.',
  },
  {
    kind: 'schema-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'not supported by xgrammar',
      'into a grammar',
      'json schema error',
      'json schema conversion failed',
      'unrecognized schema',
      'failed to parse grammar',
      'invalid json schema',
      'unsupported json schema',
      'invalid schema for response_format',
      'invalid grammar',
    ],
    cure: 'Take the keyword that the server names out of the schema; formats, patterns and conditions can be checked after the reply.',
  },
  {
    kind: 'response-format-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'json mode is not enabled',
      'response_format type must be',
      'response_format.type',
      'response_format is not supported',
    ],
    cure: "This server has no such constrained decoding: use `dialect: 'prompted'`, which asks for JSON in words.",
  },
  {
    kind: 'developer-role',
    code: 'model_refused',
    isPermanent: true,
    matches: ['developer instruction is not enabled', 'system instruction is not enabled'],
    cure: "This server takes no system text: set `profile: 'gemma-3-strict'`, which puts it into the first user turn.",
  },
  {
    kind: 'image-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'image input is not supported',
      'mmproj',
      'does not support image',
      'multimodal is not',
    ],
    cure: 'This server cannot see: start llama.cpp with `--mmproj`, or choose a model with vision.',
  },
  {
    kind: 'image-invalid',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'cannot identify image file',
      'failed to load image',
      'invalid base64',
      'incorrect padding',
    ],
    cure: 'An image is broken or of a kind that the server cannot read: send PNG or JPEG.',
  },
  {
    kind: 'image-url',
    code: 'model_refused',
    isPermanent: true,
    matches: ['non-https and non-data image url'],
    cure: 'Send images as data, or by an https address.',
  },
  {
    kind: 'content-part',
    code: 'model_refused',
    isPermanent: true,
    matches: ['unsupported chat content part', 'unsupported content part'],
    cure: 'This server takes text and `image_url` parts only.',
  },
  {
    kind: 'cache-salt',
    code: 'model_refused',
    isPermanent: true,
    matches: ['cache_salt'],
    cure: 'Give a `cache_salt` of 32 to 1024 characters, or none.',
  },
  {
    kind: 'no-model',
    code: 'model_refused',
    isPermanent: true,
    matches: ['no model specified'],
    cure: 'Name the `model`; `GET {endpoint}/models` lists what is served.',
  },
  {
    kind: 'attestation',
    code: 'model_refused',
    isPermanent: true,
    matches: ['ocsp', 'attestation'],
    cure: 'The Privatemode proxy does not trust the deployment: update the proxy, and see its `--nvidiaOCSP…` options and its log.',
  },
  {
    kind: 'several-choices',
    code: 'model_refused',
    isPermanent: true,
    matches: ["field 'n'", 'only one completion choice'],
    cure: 'Leave `n` out of `extraBody`: one reply is read per request.',
  },
  {
    kind: 'stream-options',
    code: 'model_refused',
    isPermanent: true,
    matches: ['stream options can only', 'stream_options'],
    cure: 'Leave `stream_options` out of `extraBody`.',
  },
  {
    kind: 'template',
    code: 'model_refused',
    isPermanent: true,
    matches: ['jinja', 'template error', 'raise_exception(', '_m_range_check'],
    cure: "The server's chat template refused the messages: set `profile: 'gemma-3-strict'`, which sends the plainest form.",
  },
  {
    kind: 'model-not-found',
    code: 'model_not_found',
    isPermanent: true,
    matches: [
      /model\b.{0,120}(not found|does not exist|is not available|not available)/,
      'model_not_found',
      'unknown model',
      'no such model',
    ],
    cure: 'Check the name "{model}"; `GET {endpoint}/models` lists what is served.',
  },
  {
    kind: 'quota',
    code: 'model_refused',
    isPermanent: true,
    matches: ['insufficient_quota', 'exceeded your current quota'],
    cure: 'The account has no quota left: see the billing page of the provider.',
  },
  {
    kind: 'unauthorized',
    code: 'model_unauthorized',
    isPermanent: true,
    matches: ['trying api key', 'invalid api key', 'incorrect api key', 'invalid_api_key'],
    cure: 'Set the right key: `apiKey`, or `PRIVATEMODE_API_KEY` for Privatemode, or `TURNWISE_API_KEY` for {endpoint}.',
  },
  {
    kind: 'too-large',
    code: 'model_refused',
    isPermanent: true,
    matches: ['maximum request size exceeded', 'request entity too large', 'payload too large'],
    cure: 'The request is too large for the server: send fewer or smaller images.',
  },
  {
    kind: 'loading',
    code: 'model_overloaded',
    isPermanent: false,
    matches: ['loading model', 'model is loading'],
    cure: 'The server is still loading the model: wait, or raise `retry.maxRetries`.',
  },
  {
    kind: 'request-refused',
    code: 'model_refused',
    isPermanent: true,
    matches: ['forwarding request: mutating request', "'messages' is required"],
    cure: 'The proxy refused the request before it was sent on; `TURNWISE_DEBUG=wire` prints what was sent.',
  },
];

/** The first known failure that a server's words fit; `undefined` when they are new. */
export function findServerMessage(words: string): ServerMessage | undefined {
  const text = words.slice(0, 4000).toLowerCase();
  return serverMessages.find(({ matches }) =>
    matches.some((said) => (typeof said === 'string' ? text.includes(said) : said.test(text))),
  );
}

/** What a thrown failure was about, such as `alternation`; `undefined` when nothing told. */
export function serverText(error: unknown): ModelErrorKind | undefined {
  return error instanceof ModelError ? error.details.kind : undefined;
}
