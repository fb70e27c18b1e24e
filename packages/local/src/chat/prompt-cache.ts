import type { JsonObject } from '../json.ts';
import type { Tokenizer } from '../tokens.ts';

/** vLLM reuses a prompt in blocks of this many tokens. */
const blockSize = 16;

const maxPrompts = 32;

/**
 * Stores prompts by `cache_salt`, to report how many tokens a real server would have reused. If a request has
 * no salt, Privatemode's proxy adds a random one, so no tokens are reused. (Privatemode vllm.go)
 */
export class PromptCache {
  readonly #prompts = new Map<string, string[]>();

  /** Returns the number of cached tokens of this prompt, and stores the prompt. */
  reuse(prompt: string, body: JsonObject, { count }: Tokenizer): number {
    const salt = body.cache_salt;
    if (typeof salt !== 'string') return 0;
    const seen = this.#prompts.get(salt) ?? [];
    const shared = Math.max(0, ...seen.map((earlier) => sharedLength(earlier, prompt)));
    this.#prompts.set(salt, [...seen, prompt].slice(-maxPrompts));
    const tokens = count(prompt.slice(0, shared));
    return tokens - (tokens % blockSize);
  }
}

function sharedLength(one: string, other: string): number {
  const limit = Math.min(one.length, other.length);
  let length = 0;
  while (length < limit && one[length] === other[length]) length += 1;
  return length;
}
