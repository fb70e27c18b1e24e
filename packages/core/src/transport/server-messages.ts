import { contextOverflow } from './context-overflow.ts';
import { failuresOfServer } from './failures-of-server.ts';
import { quotaUsedUp } from './meaning-of-status.ts';
import { refusedForms, refusedToolRole, refusedTools } from './refused-forms.ts';
import type { ServerMessage } from './server-message.ts';

const withoutToolsCure =
  "This server does not support tool calling for this model: set `dialect: 'prompted'` on the model.";

/**
 * Known error messages of servers. The first entry that matches is used, so specific entries come before general ones.
 * Collected from the sources of Privatemode's proxies, vLLM and llama.cpp, and from public reports about Ollama, LM Studio,
 * text-generation-inference, Google AI Studio, Databricks and OpenAI. Servers change their messages, so patterns are short.
 */
export const serverMessages: readonly ServerMessage[] = [
  {
    kind: 'alternation',
    code: 'model_refused',
    isPermanent: true,
    matches: ['roles must alternate'],
    cure:
      "This server's chat template requires strict turns without tool messages: set `profile: 'gemma-3-strict'` on the model, " +
      'and build your own histories with a `Transcript`.',
  },
  contextOverflow,
  ...failuresOfServer,
  ...refusedForms,
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
    cure: 'This server does not accept tools and a response format in one request: remove `response_format` from `extraBody`.',
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
      ...refusedToolRole,
      'tools param requires --jinja',
    ],
    cure: withoutToolsCure,
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
      /support the provided ['"`]tool_choice/,
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
    cure: 'The server could not parse a tool or a past call: check the names and parameter schemas of the tools.',
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
      'error parsing grammar',
      'invalid json schema',
      'unsupported json schema',
      'invalid schema for response_format',
      'invalid grammar',
    ],
    cure: 'Remove the keyword in the server message from the schema, and check formats, patterns and conditions after the reply.',
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
    cure: "This server does not support this `response_format`: set `dialect: 'prompted'` on the model, which asks for JSON in the prompt.",
  },
  {
    kind: 'image-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'image input is not supported',
      'mmproj',
      'does not support image',
      'support image input',
      'multimodal is not',
    ],
    cure: 'This server does not accept images: start llama.cpp with `--mmproj`, or choose a model that supports images.',
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
    cure: 'The server could not decode an image: send PNG or JPEG.',
  },
  {
    kind: 'image-url',
    code: 'model_refused',
    isPermanent: true,
    matches: ['non-https and non-data image url'],
    cure: 'Send the bytes of images, or an https address.',
  },
  {
    kind: 'content-part',
    code: 'model_refused',
    isPermanent: true,
    matches: ['unsupported chat content part', 'unsupported content part'],
    cure: 'This server accepts only text and `image_url` parts.',
  },
  {
    kind: 'cache-salt',
    code: 'model_refused',
    isPermanent: true,
    matches: ['cache_salt'],
    cure: 'Set a `cache_salt` of 32 to 1024 characters, or remove it.',
  },
  {
    kind: 'no-model',
    code: 'model_refused',
    isPermanent: true,
    matches: ['no model specified'],
    cure: 'Set the option `model`; `GET {endpoint}/models` lists the models.',
  },
  {
    kind: 'attestation',
    code: 'model_refused',
    isPermanent: true,
    matches: ['ocsp', 'attestation'],
    cure: 'The Privatemode proxy could not verify the deployment: update the proxy, and check its `--nvidiaOCSP…` options and its log.',
  },
  {
    kind: 'several-choices',
    code: 'model_refused',
    isPermanent: true,
    matches: ["field 'n'", 'only one completion choice'],
    cure: 'Remove `n` from `extraBody`: a request has one reply.',
  },
  {
    kind: 'template',
    code: 'model_refused',
    isPermanent: true,
    matches: ['jinja', 'template error', 'raise_exception(', '_m_range_check'],
    cure: "The server's chat template refused the messages: set `profile: 'gemma-3-strict'`, which every chat template accepts.",
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
    cure: 'Check the name "{model}"; `GET {endpoint}/models` lists the models.',
  },
  {
    ...quotaUsedUp,
    kind: 'quota',
    isPermanent: true,
    matches: ['insufficient_quota', 'exceeded your current quota', 'insufficient credits'],
  },
  {
    kind: 'unauthorized',
    code: 'model_unauthorized',
    isPermanent: true,
    matches: ['trying api key', 'invalid api key', 'incorrect api key', 'invalid_api_key'],
    cure: 'Set the correct key: `apiKey`, or `PRIVATEMODE_API_KEY` for Privatemode, or `TURNWISE_API_KEY` for {endpoint}.',
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
    matches: [
      'loading model',
      'loading the model',
      'model loading',
      /model\b.{0,120}\bis (still |currently |being )*load(ing|ed)/,
      /(still|currently) loading/,
      /\b(model|server|engine)\b.{0,60}\b(warming up|(is|still) starting|starting up|not (yet )?ready|not yet loaded)\b/,
    ],
    cure: 'The server is still loading the model: try again later, or raise `retry.maxLoadingMs`.',
  },
  {
    kind: 'tools-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: refusedTools,
    cure: withoutToolsCure,
  },
  {
    kind: 'request-refused',
    code: 'model_refused',
    isPermanent: true,
    matches: ['forwarding request: mutating request', "'messages' is required"],
    cure: 'The proxy refused the request and did not forward it; `TURNWISE_DEBUG=wire` prints the request.',
  },
];

/** The first known failure that a server's message matches; `undefined` for an unknown message. */
export function findServerMessage(message: string): ServerMessage | undefined {
  const text = normalize(message);
  return serverMessages.find(({ matches }) =>
    matches.some((part) => (typeof part === 'string' ? text.includes(part) : part.test(text))),
  );
}

/** In lower case, without contractions, and without the list of the fields that a server knows. */
function normalize(message: string): string {
  return message
    .slice(0, 4000)
    .toLowerCase()
    .replace(/\bcan['’]t\b/g, 'cannot')
    .replace(/n['’]t\b/g, ' not')
    .replace(/(unknown field [`'"]?\w+[`'"]?), expected [^.;]*/, '$1');
}
