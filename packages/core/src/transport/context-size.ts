import type { ModelErrorDetails } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

type ContextSize = Pick<ModelErrorDetails, 'contextWindow' | 'promptTokens'>;

/**
 * Reads the context window and the size of the prompt, in tokens, from a server's error that a prompt is too long.
 * llama.cpp sends them as fields, other servers in the message. vLLM reports at most the window plus one for the prompt.
 */
export function readContextSize(error: JsonValue, message: string): ContextSize {
  const fields = isJsonObject(error) ? error : {};
  const contextWindow = toCount(fields.n_ctx) ?? firstNumber(message, windowPatterns);
  const promptTokens = toCount(fields.n_prompt_tokens) ?? firstNumber(message, promptPatterns);
  return {
    ...(contextWindow !== undefined && { contextWindow }),
    ...(promptTokens !== undefined && { promptTokens }),
  };
}

const windowPatterns: readonly RegExp[] = [
  /context length (?:is only|only supports) (\d+)/i,
  /maximum (?:context|prompt) length(?: is| of|:) (\d+)/i,
  /with (\d+) maximum context length/i,
  /context (?:length|window) \((\d+)/i,
  /available context size \((\d+)/i,
  /context length of (?:only )?(\d+)/i,
  /maximum model length of (\d+)/i,
  /maximum number of tokens allowed \((\d+)\)/i,
  /maximum (?:allowed|input) length \((\d+)/i,
  /must (?:be <=|have less than) (\d+)/i,
  /cannot exceed (\d+)/i,
  /token limit: (\d+)/i,
  /limit (?:of|is) (\d+)/i,
  /length should be \[\d+, ?(\d+)/i,
  /max_seq_len (\d+)/i,
  /\d+ \+ \d+ > (\d+)/,
  /limit (\d+), requested \d+/i,
  /tokens > (\d+) maximum/i,
];

const promptPatterns: readonly RegExp[] = [
  /passed (\d+) input tokens/i,
  /\((\d+) in the messages/i,
  /request has (\d+) input tokens/i,
  /messages resulted in (\d+) tokens/i,
  /request \((\d+) tokens\)/i,
  /(?:input|prompt) length \(?(\d+)/i,
  /input \((\d+) tokens\)/i,
  /input has (\d+) tokens/i,
  /prompt contains (?:at least )?(\d+)/i,
  /request contains (\d+)/i,
  /prompt token count of (\d+)/i,
  /current length is (\d+)/i,
  /received (\d+)/i,
  /requested: (\d+)/i,
  /: (\d+) \+ \d+ > \d+/,
  /limit \d+, requested (\d+)/i,
  /prompt \(length (\d+)\)/i,
  /keep the first (\d+) tokens/i,
  /input token count \((\d+)\)/i,
  /given: (\d+)/i,
  /too long: (\d+)/i,
];

function firstNumber(message: string, patterns: readonly RegExp[]): number | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(message)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

function toCount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
