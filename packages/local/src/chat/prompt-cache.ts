import type { JsonObject } from '../json.ts';
import type { Tokenizer } from '../tokens.ts';

/** vLLM reuses a prompt in blocks of this many tokens. */
const blockSize = 16;

const remembered = 32;

/**
 * Remembers prompts by `cache_salt`, to report how many tokens a real server would have reused. Without a
 * salt Privatemode's proxy adds a random one, so nothing is ever reused. (Privatemode vllm.go)
 */
export class PromptCache {
  readonly #prompts = new Map<string, string[]>();

  /** Gives the cached tokens of this prompt and remembers it. */
  reuse(prompt: string, body: JsonObject, { count }: Tokenizer): number {
    const salt = body.cache_salt;
    if (typeof salt !== 'string') return 0;
    const seen = this.#prompts.get(salt) ?? [];
    const shared = Math.max(0, ...seen.map((earlier) => sharedLength(earlier, prompt)));
    this.#prompts.set(salt, [...seen, prompt].slice(-remembered));
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
