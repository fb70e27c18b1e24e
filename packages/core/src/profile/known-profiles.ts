import { defineProfile, type ModelProfile } from './model-profile.ts';

/** A server of the OpenAI kind: any order of messages, tools, several calls in a reply. */
export const openai: ModelProfile = Object.freeze({
  id: 'openai',
  turns: { order: 'relaxed', system: 'message', toolRole: true },
  dialect: 'native',
  contextWindow: 128_000,
  structuredOutput: 'json_schema',
  refusedKeywords: 'none',
  controlTokens: '<\\|[a-z_]+\\|>',
  charsPerToken: 4,
} satisfies ModelProfile);

/** Every control token of the Gemma 3 tokenizer that can occur in a text. */
const gemma3Tokens =
  '<(?:start_of_turn|end_of_turn|start_of_image|end_of_image|image_soft_token|bos|eos|pad|unk|mask|unused\\d+)>|\\[multimodal\\]';

/**
 * Gemma 3 on vLLM with its tool template and parser, as Privatemode serves it.
 * The template puts the system message into the first user turn, requires alternating roles and has a tool role
 * (vLLM examples/tool_chat_template_gemma3_pythonic.jinja).
 */
export const gemma3: ModelProfile = defineProfile(openai, {
  id: 'gemma-3',
  turns: { order: 'strict' },
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: gemma3Tokens,
  images: { tokens: 260, panAndScan: true },
});

/**
 * Gemma 3 with its own chat template, as llama.cpp, Ollama and others serve it: no tool role, no tools
 * (tokenizer_config.json of the model: user and assistant messages must alternate).
 */
export const gemma3Strict: ModelProfile = defineProfile(gemma3, {
  id: 'gemma-3-strict',
  turns: { system: 'in-first-user', toolRole: false },
  dialect: 'prompted',
  refusedKeywords: 'none',
  images: { tokens: 260, panAndScan: false },
});

/** Gemma 4 on vLLM with its own tool and reasoning parsers; it reasons unless that is switched off. */
export const gemma4: ModelProfile = defineProfile(openai, {
  id: 'gemma-4',
  contextWindow: 262_144,
  refusedKeywords: 'xgrammar',
  controlTokens:
    '<\\|(?:turn|tool|tool_call|tool_response|channel|think|image|audio|video)\\|?>|<(?:turn|tool|tool_call|tool_response|channel|image|audio)\\|>|<\\|"\\|>|<(?:bos|eos|pad|unk|mask|unused\\d+)>',
  images: { tokens: 280, panAndScan: false },
});

/** Llama 3 and later on a server with its tool template. */
export const llama3: ModelProfile = defineProfile(openai, {
  id: 'llama-3',
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>',
});

/** Qwen 3 on a server with its tool template. */
export const qwen3: ModelProfile = defineProfile(openai, {
  id: 'qwen-3',
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>|</?(?:tool_call|tool_response|think)>',
});

/** Mistral on a server with its tool template, which needs call ids of nine letters and digits, and alternating roles. */
export const mistral: ModelProfile = defineProfile(openai, {
  id: 'mistral',
  turns: { order: 'strict' },
  contextWindow: 131_072,
  refusedKeywords: 'xgrammar',
  controlTokens:
    '</?s>|\\[/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT)\\]|\\[(?:TOOL_CALLS|TOOL_CONTENT|ARGS|CALL_ID|IMG|IMG_BREAK|IMG_END)\\]',
  callIds: 'nine-alphanumerics',
});

/** The id of a profile that is part of Turnwise. */
export type KnownProfileId =
  | 'gemma-3'
  | 'gemma-3-strict'
  | 'gemma-4'
  | 'openai'
  | 'llama-3'
  | 'qwen-3'
  | 'mistral';

/** Every profile that is part of Turnwise, by its {@link KnownProfileId}. */
export const knownProfiles: ReadonlyMap<string, ModelProfile> = new Map(
  [gemma3, gemma3Strict, gemma4, openai, llama3, qwen3, mistral].map((profile) => [
    profile.id,
    profile,
  ]),
);
