import { defineProfile, type ModelProfile } from './model-profile.ts';

const openai: ModelProfile = Object.freeze({
  id: 'openai',
  turns: { order: 'relaxed', system: 'message', toolRole: true },
  dialect: 'native',
  contextWindow: 128_000,
  structuredOutput: 'json_schema',
  refusedKeywords: 'none',
  controlTokens: '<\\|[a-z_]+\\|>',
  charsPerToken: 4,
  // The namespaces that the templates of gpt-oss and of Google's models print.
  namePrefixes: ['functions.', 'functions:', 'default_api.', 'default_api:'],
} satisfies ModelProfile);

/** Every special token of the Gemma 3 tokenizer that a text could contain. */
const gemma3Tokens =
  '<(?:start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token|bos|eos|pad|unk|mask|unused\\d+)>|\\[multimodal\\]';

// The template of vLLM (examples/tool_chat_template_gemma3_pythonic.jinja) puts the system message into the first user
// message, alternates strictly and has a tool role.
const gemma3 = defineProfile(openai, {
  id: 'gemma-3',
  turns: { order: 'strict' },
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: gemma3Tokens,
  images: { tokens: 260, panAndScan: true },
});

// tokenizer_config.json of the model: every second message must be the user's.
const gemma3Strict = defineProfile(gemma3, {
  id: 'gemma-3-strict',
  turns: { system: 'in-first-user', toolRole: false },
  dialect: 'prompted',
  refusedKeywords: 'none',
  images: { tokens: 260, panAndScan: false },
});

const gemma4 = defineProfile(openai, {
  id: 'gemma-4',
  contextWindow: 262_144,
  refusedKeywords: 'xgrammar',
  controlTokens:
    '<\\|(?:turn|tool|tool_call|tool_response|channel|think|image|audio|video)\\|?>|<(?:turn|tool|tool_call|tool_response|channel|image|audio)\\|>|<\\|"\\|>|<(?:bos|eos|pad|unk|mask|unused\\d+)>',
  images: { tokens: 280, panAndScan: false },
});

// The templates of Llama 3.1 and 3.2 refuse several calls in one message.
const llama3 = defineProfile(openai, {
  id: 'llama-3',
  turns: { calls: 'unrolled' },
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>',
});

const qwen3 = defineProfile(openai, {
  id: 'qwen-3',
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>|</?(?:tool_call|tool_response|think)>',
  // The templates of the thinking variants end the prompt with `<think>`.
  thoughts: { startsInside: true },
});

// The templates of Mistral 7B v0.3 and Nemo drop a system message, always or after a tool result.
const mistral = defineProfile(openai, {
  id: 'mistral',
  turns: { order: 'strict', system: 'in-first-user' },
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens:
    '</?s>|\\[/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT)\\]|\\[(?:TOOL_CALLS|TOOL_CONTENT|ARGS|CALL_ID|IMG|IMG_BREAK|IMG_END)\\]',
  callIds: 'nine-alphanumerics',
});

/** The profiles that Turnwise has. Change one with {@link defineProfile}. */
export const profiles = Object.freeze({
  /** A server like OpenAI's: messages in any order, tools, several calls in one reply. */
  openai,
  /** Gemma 3 on vLLM with its tool template and parser, as Privatemode serves it. */
  gemma3,
  /** Gemma 3 with its own chat template, as llama.cpp and Ollama serve it: no tool role, no tools. */
  gemma3Strict,
  /** Gemma 4 on vLLM with its own parsers for tools and reasoning. */
  gemma4,
  /** Llama 3 and later on a server with its tool template. */
  llama3,
  /** Qwen 3 on a server with its tool template. */
  qwen3,
  /** Mistral on a server with its tool template, which requires call ids of nine letters and digits and alternating roles. */
  mistral,
});

/** The id of one of the {@link profiles}. */
export type ProfileId =
  | 'openai'
  | 'gemma-3'
  | 'gemma-3-strict'
  | 'gemma-4'
  | 'llama-3'
  | 'qwen-3'
  | 'mistral';

/** The profile with an id, or `undefined`. */
export function findProfile(id: string): ModelProfile | undefined {
  return Object.values(profiles).find((profile) => profile.id === id);
}
