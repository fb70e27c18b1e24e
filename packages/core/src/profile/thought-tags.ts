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
  /** Tags that models write around the answer after such a thought. They are removed. */
  readonly answers?: readonly { readonly open: string; readonly close: string }[];
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

const answerTags = [
  { open: '<answer>', close: '</answer>' },
  { open: '<response>', close: '</response>' },
];

/** Tags that many models use, in every spelling that is usual. A model that was trained on one sometimes writes another. */
const sharedTags: readonly ThoughtTags[] = ['think', 'thinking', 'thought', 'thoughts', 'reasoning']
  .flatMap((name) => [name, name.charAt(0).toUpperCase() + name.slice(1), name.toUpperCase()])
  .map((name) => {
    // Marco writes <Thought> and <Output>.
    const answers = [...answerTags, { open: '<Output>', close: '</Output>' }];
    return { open: `<${name}>`, close: `</${name}>`, answers };
  });

/** The thought tags of the known models. */
export const knownThoughtTags: readonly ThoughtTags[] = [
  // DeepSeek, Qwen, GLM, Hunyuan, MiniMax, Granite, EXAONE, Marco and others.
  ...sharedTags,
  { open: '<seed:think>', close: '</seed:think>' },
  // LongCat, Hermes, then Reflection.
  { open: '<longcat_think>', close: '</longcat_think>' },
  { open: '<scratch_pad>', close: '</scratch_pad>' },
  { open: '<scratchpad>', close: '</scratchpad>' },
  { open: '<reflection>', close: '</reflection>' },
  // Gemma 3 after the training for reasoning that is most common, then MedGemma.
  {
    open: '<start_working_out>',
    close: '<end_working_out>',
    answers: [{ open: '<SOLUTION>', close: '</SOLUTION>' }],
  },
  { open: '<unused94>thought', close: '<unused95>' },
  // Magistral.
  { open: '[THINK]', close: '[/THINK]' },
  // Apertus.
  { open: '<|inner_prefix|>', close: '<|inner_suffix|>' },
  // Kimi, then Gemma 4.
  { open: '◁think▷', close: '◁/think▷' },
  { open: '<|channel>thought', close: '<channel|>' },
  // gpt-oss. After analysis and commentary follow other messages: calls, or the final channel.
  ...['<|channel|>analysis<|message|>', '<|channel|>commentary<|message|>'].map((open) => ({
    open,
    close: '<|end|><|start|>assistant',
    answers: [{ open: '<|channel|>final<|message|>', close: '<|return|>' }],
  })),
  // gpt-oss on a server that removes its special tokens.
  { open: 'analysis', close: 'assistantfinal', isProse: true },
  {
    open: '<|START_THINKING|>',
    close: '<|END_THINKING|>',
    answers: [{ open: '<|START_RESPONSE|>', close: '<|END_RESPONSE|>' }],
  },
  {
    open: '<|begin_of_thought|>',
    close: '<|end_of_thought|>',
    answers: [{ open: '<|begin_of_solution|>', close: '<|end_of_solution|>' }],
  },
  // Older Granite.
  { open: 'Here is my thought process:', close: 'Here is my response:', isProse: true },
  { open: "Here's my thought process:", close: "Here's my response:", isProse: true },
];
