import { defineProfile, type ModelProfile } from './model-profile.ts';
import { profiles } from './profiles.ts';
import type { ServerFacts } from './server-facts.ts';

const { gemma3, gemma4, llama3, mistral, openai, qwen3 } = profiles;

type Families = readonly (readonly [RegExp, ModelProfile])[];

const byName: Families = [
  [/gemma-?4/i, gemma4],
  [/gemma/i, gemma3],
  [/llama/i, llama3],
  [/qwen/i, qwen3],
  [/mistral|mixtral|ministral|magistral|devstral/i, mistral],
  [/gpt/i, openai],
];

/** The tokens around a turn, which differ between the chat templates of the families. */
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

/** A model of an unknown family: it gets the relaxed profile, and the control tokens of every family. */
const unfamiliar = defineProfile(openai, { controlTokens: everyControlToken });

/**
 * The profile of a model's family on a server that supports it fully. The chat template has priority, because operators
 * choose the names of models freely. The architecture comes last: a Mistral in llama.cpp's format has the architecture `llama`.
 */
export function guessProfile(
  model: string,
  { chatTemplate = '', architecture = '' }: ServerFacts = {},
): ModelProfile {
  const family =
    find(byTemplate, chatTemplate) ??
    find(byName, model) ??
    find(byName, architecture) ??
    unfamiliar;
  const known = family.thoughts?.startsInside ?? false;
  const startsInside = startsInsideThought(model, chatTemplate) ?? known;
  return startsInside === known
    ? family
    : defineProfile(family, { thoughts: { ...family.thoughts, startsInside } });
}

/** Whether the chat template begins a thought for the model; `undefined` if neither the template nor the name shows it. */
function startsInsideThought(model: string, chatTemplate: string): boolean | undefined {
  if (chatTemplate !== '') return templateWithThought.test(chatTemplate);
  if (/deepseek-?r1|qwq|[-_]thinking/i.test(model)) return true;
  return /[-_](?:instruct|coder|chat)/i.test(model) ? false : undefined;
}

/** The end of the prompt, such as `<|im_start|>assistant\n<think>`. */
const templateWithThought = /assistant[^'"{<]{0,20}(?:<\|[^|]*\|>)?[^'"{<]{0,4}<think>/i;

function find(families: Families, text: string): ModelProfile | undefined {
  return families.find(([pattern]) => pattern.test(text))?.[1];
}
