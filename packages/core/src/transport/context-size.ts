import type { ModelErrorDetails } from '../errors.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

type ContextSize = Pick<ModelErrorDetails, 'contextWindow' | 'promptTokens'>;

/**
 * The context window and the size of the prompt, in tokens, out of a server's complaint that a prompt is too long.
 * llama.cpp gives them as fields, the others in words. vLLM caps the prompt's size at about the window plus one.
 */
export function readContextSize(error: JsonValue, words: string): ContextSize {
  const fields = isJsonObject(error) ? error : {};
  const contextWindow = toCount(fields.n_ctx) ?? firstNumber(words, windowWordings);
  const promptTokens = toCount(fields.n_prompt_tokens) ?? firstNumber(words, promptWordings);
  return {
    ...(contextWindow !== undefined && { contextWindow }),
    ...(promptTokens !== undefined && { promptTokens }),
  };
}

const windowWordings: readonly RegExp[] = [
  /context length is only (\d+)/i,
  /maximum context length (?:is|of) (\d+)/i,
  /maximum context length \((\d+)\)/i,
  /available context size \((\d+)/i,
  /context length of (?:only )?(\d+)/i,
  /maximum model length of (\d+)/i,
  /maximum number of tokens allowed \((\d+)\)/i,
  /must be <= (\d+)/i,
  /tokens > (\d+) maximum/i,
];

const promptWordings: readonly RegExp[] = [
  /passed (\d+) input tokens/i,
  /\((\d+) in the messages/i,
  /request has (\d+) input tokens/i,
  /messages resulted in (\d+) tokens/i,
  /request \((\d+) tokens\)/i,
  /input length \((\d+)\)/i,
  /prompt \(length (\d+)\)/i,
  /keep the first (\d+) tokens/i,
  /input token count \((\d+)\)/i,
  /given: (\d+) `inputs` tokens/i,
  /too long: (\d+) tokens/i,
];

function firstNumber(words: string, wordings: readonly RegExp[]): number | undefined {
  for (const wording of wordings) {
    const found = wording.exec(words)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

function toCount(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
