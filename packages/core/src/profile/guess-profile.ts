import { gemma3, gemma4, llama3, mistral, openai, qwen3 } from './known-profiles.ts';
import type { ModelProfile } from './model-profile.ts';

const families: readonly (readonly [RegExp, ModelProfile])[] = [
  [/gemma-?4/i, gemma4],
  [/gemma/i, gemma3],
  [/llama/i, llama3],
  [/qwen/i, qwen3],
  [/mistral|mixtral|ministral|magistral|devstral/i, mistral],
];

/** What a model's id alone says of it; a model of no known family counts as the relaxed kind. */
export function guessProfile(model: string): ModelProfile {
  const known = families.find(([pattern]) => pattern.test(model));
  return known?.[1] ?? openai;
}
