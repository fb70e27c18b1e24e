import { deriveProfile, type ModelProfile } from './model-profile.ts';

const openai: ModelProfile = Object.freeze({
  id: 'openai',
  turns: { order: 'relaxed', system: 'message', toolRole: true },
  dialect: 'native',
  contextWindow: 128_000,
  structuredOutput: 'json_schema',
  constraints: 'none',
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
const gemma3 = deriveProfile(openai, {
  id: 'gemma-3',
  turns: { order: 'strict' },
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens: gemma3Tokens,
  images: { tokens: 260, panAndScan: true },
});

// tokenizer_config.json of the model: every second message must be the user's.
const gemma3Strict = deriveProfile(gemma3, {
  id: 'gemma-3-strict',
  turns: { system: 'in-first-user', toolRole: false },
  dialect: 'prompted',
  constraints: 'llama.cpp',
  images: { tokens: 260, panAndScan: false },
});

const gemma4 = deriveProfile(openai, {
  id: 'gemma-4',
  contextWindow: 262_144,
  constraints: 'xgrammar',
  controlTokens:
    '<\\|(?:turn|tool|tool_call|tool_response|channel|think|image|audio|video)\\|?>|<(?:turn|tool|tool_call|tool_response|channel|image|audio)\\|>|<\\|"\\|>|<(?:bos|eos|pad|unk|mask|unused\\d+)>',
  images: { tokens: 280, panAndScan: false },
  reasoning: { field: 'reasoning', replay: 'open-turn' },
});

// Its stock template shows the tools only if the first message is a system message.
const functionGemma = deriveProfile(openai, {
  id: 'function-gemma',
  contextWindow: 32_768,
  controlTokens: `${gemma3Tokens}|</?(?:start|end)_function_(?:declaration|call|response)>|<escape>`,
});

// The templates of Llama 3.1 and 3.2 refuse several calls in one message.
const llama3 = deriveProfile(openai, {
  id: 'llama-3',
  turns: { calls: 'unrolled' },
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>',
  emptyContent: '',
});

const llama4 = deriveProfile(openai, {
  id: 'llama-4',
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>',
  emptyContent: '',
});

// The template alternates strictly and knows neither tools nor a tool role.
const llama2 = deriveProfile(openai, {
  id: 'llama-2',
  turns: { order: 'strict', toolRole: false },
  dialect: 'prompted',
  contextWindow: 4_096,
  constraints: 'xgrammar',
  controlTokens: '</?s>|\\[/?INST\\]|<</?SYS>>',
});

const qwen3 = deriveProfile(openai, {
  id: 'qwen-3',
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>|</?(?:tool_call|tool_response|think)>',
  // The templates of the thinking variants end the prompt with `<think>`.
  thoughts: { startsInside: true },
  reasoning: { field: 'reasoning_content', replay: 'open-turn' },
  emptyContent: '',
});

/** A model on vLLM with its own tool template, whose special tokens look like `<|name|>`. */
const relaxedOnVllm = deriveProfile(openai, {
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens: '<\\|[a-z0-9_]+\\|>',
});

// The harmony format needs the reasoning of a call when its result is read.
const gptOss = deriveProfile(relaxedOnVllm, {
  id: 'gpt-oss',
  reasoning: { field: 'reasoning', replay: 'open-turn' },
});

const kimi = deriveProfile(relaxedOnVllm, {
  id: 'kimi',
  contextWindow: 262_144,
  controlTokens: '<\\|[a-z0-9_]+\\|>|</?think>',
  reasoning: { field: 'reasoning_content', replay: 'open-turn' },
});

const glm = deriveProfile(relaxedOnVllm, {
  id: 'glm',
  controlTokens:
    '<\\|[a-z0-9_]+\\|>|\\[gMASK\\]|<sop>|</?(?:think|tool_call|tool_response|arg_key|arg_value)>',
  reasoning: { field: 'reasoning_content', replay: 'open-turn' },
});

// The template does not show tools, and begins the thought.
const deepseekR1 = deriveProfile(relaxedOnVllm, {
  id: 'deepseek-r1',
  dialect: 'prompted',
  controlTokens: '<｜[^｜>]{1,40}｜>|<\\|[a-z0-9_]+\\|>|</?think>',
  thoughts: { startsInside: true },
  emptyContent: '',
});

const granite = deriveProfile(relaxedOnVllm, { id: 'granite' });

const hermes = deriveProfile(relaxedOnVllm, {
  id: 'hermes',
  controlTokens: '<\\|[a-z0-9_]+\\|>|</?(?:tools|tool_call|tool_response)>',
});

const phi4Mini = deriveProfile(relaxedOnVllm, {
  id: 'phi-4-mini',
  controlTokens: '<\\|/?[a-z0-9_]+\\|>',
});

// The templates of Mistral 7B v0.3 and Nemo drop a system message, always or after a tool result.
const mistral = deriveProfile(openai, {
  id: 'mistral',
  turns: { order: 'strict', system: 'in-first-user' },
  contextWindow: 131_072,
  constraints: 'xgrammar',
  controlTokens:
    '</?s>|\\[/?(?:INST|AVAILABLE_TOOLS|TOOL_RESULTS|SYSTEM_PROMPT)\\]|\\[(?:TOOL_CALLS|TOOL_CONTENT|ARGS|CALL_ID|IMG|IMG_BREAK|IMG_END)\\]',
  callIds: 'nine-alphanumerics',
});

// The templates of Mistral 7B v0.1 and Mixtral refuse a system message and know no tools.
const mistralV1 = deriveProfile(mistral, {
  id: 'mistral-v1',
  turns: { toolRole: false },
  dialect: 'prompted',
  contextWindow: 32_768,
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
  /** FunctionGemma on a server with its own template. Give the agent instructions: without a system message it gets no tools. */
  functionGemma,
  /** Llama 3 on a server with its tool template, which takes one call in each message. */
  llama3,
  /** Llama 4 on a server with its tool template. */
  llama4,
  /** Llama 2 and CodeLlama: strict turns, no tool role. */
  llama2,
  /** Qwen 3 on a server with its tool template. */
  qwen3,
  /** Mistral on a server with its tool template, which requires call ids of nine letters and digits and alternating roles. */
  mistral,
  /** Mistral 7B v0.1 and Mixtral: strict turns, no system message, no tool role. */
  mistralV1,
  /** gpt-oss on vLLM. Its calls get their reasoning back until the turn ends. */
  gptOss,
  /** Kimi K2 on vLLM. */
  kimi,
  /** GLM 4.5 and later on vLLM. */
  glm,
  /** DeepSeek R1 with its own template, which does not show tools. */
  deepseekR1,
  /** Granite 3 and later on a server with its tool template. */
  granite,
  /** Hermes 2 Pro and later on a server with its tool template. */
  hermes,
  /** Phi-4-mini on a server with its tool template. */
  phi4Mini,
});

/** The id of one of the {@link profiles}. */
export type ProfileId =
  | 'openai'
  | 'gemma-3'
  | 'gemma-3-strict'
  | 'gemma-4'
  | 'function-gemma'
  | 'llama-3'
  | 'llama-4'
  | 'llama-2'
  | 'qwen-3'
  | 'mistral'
  | 'mistral-v1'
  | 'gpt-oss'
  | 'kimi'
  | 'glm'
  | 'deepseek-r1'
  | 'granite'
  | 'hermes'
  | 'phi-4-mini';

/** The profile with an id, or `undefined`. */
export function findProfile(id: string): ModelProfile | undefined {
  return Object.values(profiles).find((profile) => profile.id === id);
}
