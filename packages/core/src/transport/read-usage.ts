import type { Usage } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The names that one family of servers has for its counts. */
interface UsageForm {
  readonly input: string;
  readonly output: string;
  /** A part of the input. */
  readonly cached?: string;
  /** Counts that the input does not contain. */
  readonly moreInput?: readonly string[];
  /** A count that the output does not contain. */
  readonly moreOutput?: string;
}

const openai: UsageForm = {
  input: 'prompt_tokens',
  output: 'completion_tokens',
  cached: 'prompt_cache_hit_tokens',
};

const otherForms: readonly UsageForm[] = [
  // Anthropic; without the cached counts also the Responses API.
  {
    input: 'input_tokens',
    output: 'output_tokens',
    cached: 'cache_read_input_tokens',
    moreInput: ['cache_read_input_tokens', 'cache_creation_input_tokens'],
  },
  // Bedrock.
  {
    input: 'inputTokens',
    output: 'outputTokens',
    cached: 'cacheReadInputTokens',
    moreInput: ['cacheReadInputTokens', 'cacheWriteInputTokens'],
  },
  { input: 'promptTokens', output: 'completionTokens', cached: 'cachedPromptTokens' },
  // Ollama.
  { input: 'prompt_eval_count', output: 'eval_count' },
  // Google.
  {
    input: 'promptTokenCount',
    output: 'candidatesTokenCount',
    cached: 'cachedContentTokenCount',
    moreOutput: 'thoughtsTokenCount',
  },
  {
    input: 'prompt_token_count',
    output: 'candidates_token_count',
    cached: 'cached_content_token_count',
    moreOutput: 'thoughts_token_count',
  },
  // llama.cpp, in `timings`.
  { input: 'prompt_n', output: 'predicted_n', cached: 'cache_n', moreInput: ['cache_n'] },
];

/** Reads a server's `usage`. A count that cannot be true is ignored, that is 0. `undefined` if no count is usable. */
export function readUsage(usage: JsonObject): Usage | undefined {
  const usual = readForm(usage, openai);
  if (usual !== undefined && usual.inputTokens + usual.outputTokens > 0) return usual;
  for (const form of otherForms) {
    const found = readForm(usage, form);
    if (found !== undefined) return found;
  }
  return usual;
}

/** The object with the counts of a reply without `usage`: some servers put it in another field, or have none around it. */
export function findUsage(reply: JsonObject): JsonObject | undefined {
  const { choices, x_groq: groq, meta } = reply;
  const choice = Array.isArray(choices) ? choices[0] : undefined;
  return [
    reply.usageMetadata,
    reply.usage_metadata,
    isJsonObject(choice) ? choice.usage : undefined,
    isJsonObject(groq) ? groq.usage : undefined,
    isJsonObject(meta) ? meta.tokens : undefined,
    reply.timings,
    reply,
  ]
    .filter((each) => each !== undefined && isJsonObject(each))
    .find((each) => readUsage(each) !== undefined);
}

function readForm(usage: JsonObject, form: UsageForm): Usage | undefined {
  const input = readCount(usage[form.input]);
  const output = readCount(usage[form.output]);
  if (input === undefined && output === undefined) return undefined;
  const { moreInput = [], moreOutput = '', cached = '' } = form;
  const more = moreInput.reduce((sum, name) => sum + (readCount(usage[name]) ?? 0), 0);
  const inputTokens = (input ?? 0) + more;
  return {
    inputTokens,
    outputTokens: (output ?? 0) + (readCount(usage[moreOutput]) ?? 0),
    cachedInputTokens: Math.min(readCached(usage) ?? readCount(usage[cached]) ?? 0, inputTokens),
  };
}

function readCached(usage: JsonObject): number | undefined {
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details;
  return readCount(isJsonObject(details) ? details.cached_tokens : usage.cached_tokens);
}

/** Reads one token count: a whole number, or its digits as text. `undefined` if it is negative or larger than any context window. */
export function readCount(value: JsonValue | undefined): number | undefined {
  const count = typeof value === 'string' && /^\s*\d+\s*$/.test(value) ? Number(value) : value;
  const isCount = typeof count === 'number' && Number.isInteger(count);
  return isCount && count >= 0 && count < largestCount ? count : undefined;
}

/** Ten times the largest context window of today. */
const largestCount = 100_000_000;
