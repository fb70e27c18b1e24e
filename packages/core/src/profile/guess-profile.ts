import { gemma3, gemma4, llama3, mistral, openai, qwen3 } from './known-profiles.ts';
import { defineProfile, type ModelProfile } from './model-profile.ts';
import type { ServerFacts } from './server-facts.ts';

type Families = readonly (readonly [RegExp, ModelProfile])[];

const byName: Families = [
  [/gemma-?4/i, gemma4],
  [/gemma/i, gemma3],
  [/llama/i, llama3],
  [/qwen/i, qwen3],
  [/mistral|mixtral|ministral|magistral|devstral/i, mistral],
  [/gpt/i, openai],
];

/** What tells one family's chat template from another's: the tokens that it puts around a turn. */
const byTemplate: Families = [
  [/<start_of_turn>/, gemma3],
  [/<\|turn>/, gemma4],
  [/<\|start_header_id\|>/, llama3],
  [/\[INST\]/, mistral],
  [/<\|im_start\|>/, qwen3],
];

const everyControlToken = [gemma3, gemma4, openai, llama3, qwen3, mistral]
  .map(({ controlTokens }) => controlTokens)
  .join('|');

/** A model of no known family: it counts as the relaxed kind, and any family's control tokens may be its own. */
const unfamiliar = defineProfile(openai, { controlTokens: everyControlToken });

/**
 * The family of a model, as the profile of a server that serves it well. The chat template weighs most, since a server's
 * operator names models as they like; the architecture least, since a Mistral in llama.cpp's format says `llama`.
 */
export function guessProfile(
  model: string,
  { chatTemplate = '', architecture = '' }: ServerFacts = {},
): ModelProfile {
  return (
    find(byTemplate, chatTemplate) ??
    find(byName, model) ??
    find(byName, architecture) ??
    unfamiliar
  );
}

function find(families: Families, text: string): ModelProfile | undefined {
  return families.find(([pattern]) => pattern.test(text))?.[1];
}
