import { isJsonObject } from '../json.ts';
import { type OptionChecks, option } from '../options.ts';

/** A pair of tags that a model writes around a thought. */
export interface ThoughtTags {
  readonly open: string;
  readonly close: string;
  /**
   * Whether the tags are ordinary words. Then they count only if the reply begins with `open` and `close` follows.
   * @default false
   */
  readonly isProse?: boolean;
  /** Tags that the model writes around the answer after such a thought. They are removed. */
  readonly answer?: { readonly open: string; readonly close: string };
}

/** How a model marks thoughts in the text of a reply. */
export interface ThoughtRules {
  /** The tags of the model. @default the tags of all known models */
  readonly tags?: readonly ThoughtTags[];
  /**
   * Whether the chat template may begin the thought, so that the reply has only its closing tag. Then streamed text is held
   * back until that tag, separate reasoning of the server, or the end of the reply arrives, but at most a million characters.
   * @default false
   */
  readonly startsInside?: boolean;
}

/** The checks of each field of {@link ThoughtRules}. */
export const thoughtChecks: OptionChecks<ThoughtRules> = {
  tags: option.value(
    'a list of { open, close } with texts that are not empty',
    (given) => Array.isArray(given) && given.every(isPair),
  ),
  startsInside: option.flag,
};

function isPair(given: unknown): boolean {
  return isJsonObject(given) && isTag(given.open) && isTag(given.close);
}

function isTag(given: unknown): boolean {
  return typeof given === 'string' && given !== '';
}

/** The thought tags of the known models. */
export const knownThoughtTags: readonly ThoughtTags[] = [
  // DeepSeek, Qwen, GLM, MiniMax, Granite and others.
  { open: '<think>', close: '</think>', answer: { open: '<response>', close: '</response>' } },
  { open: '<thinking>', close: '</thinking>' },
  { open: '<thought>', close: '</thought>' },
  { open: '<thoughts>', close: '</thoughts>' },
  // Marco.
  {
    open: '<Thought>',
    close: '</Thought>',
    answer: { open: '<Output>', close: '</Output>' },
  },
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '<seed:think>', close: '</seed:think>' },
  { open: '[THINK]', close: '[/THINK]' },
  // Apertus.
  { open: '<|inner_prefix|>', close: '<|inner_suffix|>' },
  { open: '◁think▷', close: '◁/think▷' },
  { open: '<|channel>thought', close: '<channel|>' },
  // gpt-oss: analysis and commentary end where the final channel begins.
  {
    open: '<|channel|>analysis<|message|>',
    close: '<|end|><|start|>assistant<|channel|>final<|message|>',
    answer: { open: '', close: '<|return|>' },
  },
  // gpt-oss on a server that removes its special tokens.
  { open: 'analysis', close: 'assistantfinal', isProse: true },
  {
    open: '<|START_THINKING|>',
    close: '<|END_THINKING|>',
    answer: { open: '<|START_RESPONSE|>', close: '<|END_RESPONSE|>' },
  },
  {
    open: '<|begin_of_thought|>',
    close: '<|end_of_thought|>',
    answer: { open: '<|begin_of_solution|>', close: '<|end_of_solution|>' },
  },
  // Older Granite.
  { open: 'Here is my thought process:', close: 'Here is my response:', isProse: true },
  { open: "Here's my thought process:", close: "Here's my response:", isProse: true },
];
