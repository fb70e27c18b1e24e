import { defineProfile, deriveProfile, type ModelProfile } from './model-profile.ts';
import { profiles } from './profiles.ts';
import type { ServerFacts } from './server-facts.ts';

const { gemma3, gemma4, llama3, mistral, openai, qwen3 } = profiles;

/** vLLM's template for Granite 20B Function Calling refuses a system message. */
const granite20b = deriveProfile(profiles.granite, {
  id: 'granite-20b',
  turns: { system: 'in-first-user' },
});

/** vLLM's template for GLM-4 prints neither a system message nor calls and results. */
const glm4 = deriveProfile(profiles.glm, {
  id: 'glm-4',
  turns: { order: 'strict', system: 'in-first-user', toolRole: false },
  dialect: 'prompted',
});

type Families = readonly (readonly [RegExp, ModelProfile])[];

const byName: Families = [
  [/gemma-?4|gemma-latest/i, gemma4],
  [/function-?gemma/i, profiles.functionGemma],
  [/gemma/i, gemma3],
  [/deepseek-?r1/i, profiles.deepseekR1],
  [/hermes/i, profiles.hermes],
  [/llama-?4/i, profiles.llama4],
  [/llama-?2|code-?llama/i, profiles.llama2],
  [/llama/i, llama3],
  [/qwen|qwq/i, qwen3],
  [/mixtral|mistral-7b-(?:instruct-)?v0\.1/i, profiles.mistralV1],
  [/mistral|ministral|magistral|devstral/i, mistral],
  [/gpt-?oss/i, profiles.gptOss],
  [/gpt/i, openai],
  [/kimi/i, profiles.kimi],
  [/glm-?4(?![.\d])/i, glm4],
  [/glm/i, profiles.glm],
  [/granite-?20b/i, granite20b],
  [/granite/i, profiles.granite],
  [/phi-?4/i, profiles.phi4Mini],
];

/** The tokens around a turn, which differ between the chat templates of the families. */
const byTemplate: Families = [
  [/<start_function_call>/, profiles.functionGemma],
  [/<start_of_turn>/, gemma3],
  [/<\|turn>/, gemma4],
  [/<\|header_start\|>/, profiles.llama4],
  [/<\|start_header_id\|>/, llama3],
  [/<<SYS>>/, profiles.llama2],
  // The templates of later Mistral models mention tools.
  [/^(?![\s\S]*tool)[\s\S]*\[INST\]/i, profiles.mistralV1],
  [/\[INST\]/, mistral],
  [/<\|start_of_role\|>/, profiles.granite],
  [/<\|im_user\|>/, profiles.kimi],
  [/\[gMASK\]/, profiles.glm],
  [/<｜User｜>/, profiles.deepseekR1],
  [/<\|im_start\|>/, qwen3],
];

const everyControlToken = [
  ...new Set(Object.values(profiles).map(({ controlTokens }) => controlTokens)),
].join('|');

/** A model of an unknown family: it gets the relaxed profile, and the control tokens of every family. */
const unfamiliar = deriveProfile(openai, { controlTokens: everyControlToken });

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
