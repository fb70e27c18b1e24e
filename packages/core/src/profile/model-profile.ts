import { TurnwiseError } from '../errors.ts';
import {
  checkOptions,
  mergeOptions,
  type OptionChecks,
  option,
  type PartialOptions,
} from '../options.ts';
import { type ThoughtRules, thoughtChecks } from './thought-tags.ts';

/** How tools, calls and results are encoded for a model. */
export type DialectName = 'native' | 'prompted' | 'guided';

/** Which order of messages a model's chat template accepts. */
export interface TurnRules {
  /**
   * `strict`: user and assistant messages alternate, a tool result counts as a user message, the first and last message are
   * from the user. `relaxed`: any order, also several messages of one role in a row.
   */
  readonly order: 'strict' | 'relaxed';
  /** Whether the first message may be a system message, or its text must be put into the first user message. */
  readonly system: 'message' | 'in-first-user';
  /** Whether messages of role `tool` and assistant messages with `tool_calls` may be sent. */
  readonly toolRole: boolean;
  /**
   * How several calls of one reply are sent back. `together`: in one message, followed by their results. `unrolled`: one
   * message for each call, followed by its result. Strict turns need `unrolled`.
   * @default 'unrolled' if `order` is 'strict', otherwise 'together'
   */
  readonly calls?: 'together' | 'unrolled';
}

/** How the server can be asked for an answer that matches a schema. */
export type StructuredOutput = 'json_schema' | 'json_object' | 'prompted';

/** Tokens of an image. */
export interface ImageRules {
  /** Tokens of an image without crops. */
  readonly tokens: number;
  /** Whether the server adds crops of long images, each with the tokens of an image (Gemma 3: pan-and-scan). */
  readonly panAndScan: boolean;
}

/** How a model gets its own reasoning back. */
export interface ReasoningRules {
  /** The field of an assistant message that the chat template prints. */
  readonly field: 'reasoning' | 'reasoning_content';
  /**
   * `open-turn`: calls made since the last message of the user are sent with their reasoning. `never`: no message has it.
   */
  readonly replay: 'open-turn' | 'never';
}

/** Optional fields of a request; without one, the default of the server applies. */
export type OmittableField = 'temperature' | 'top_p' | 'seed' | 'stop' | 'tool_choice';

/** The fields that can be listed in `omittedFields` of a profile. */
export const omittableFields: readonly OmittableField[] = [
  'temperature',
  'top_p',
  'seed',
  'stop',
  'tool_choice',
];

/** Whether several calls of one reply are sent back one by one. */
export function unrollsCalls({ order, calls }: TurnRules): boolean {
  return (calls ?? (order === 'strict' ? 'unrolled' : 'together')) === 'unrolled';
}

/** What is known about one model on one kind of server. Plain data: make your own with {@link defineProfile}. */
export interface ModelProfile {
  /** Name of the profile in events, errors and saved state. */
  readonly id: string;
  readonly turns: TurnRules;
  readonly dialect: DialectName;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  readonly structuredOutput: StructuredOutput;
  /**
   * Whether the guided dialect shows an example conversation with other tools before the first turn. Small models choose
   * their calls better with it; it takes about 350 tokens, which most servers cache. @default false
   */
  readonly guidedExample?: boolean;
  /**
   * What decodes with constraints on the server, so that schemas are rewritten for it. `none`: schemas are sent as they are.
   */
  readonly constraints: 'xgrammar' | 'llama.cpp' | 'none';
  /** Source of a regular expression that matches the model's control tokens. */
  readonly controlTokens: string;
  /** Missing if the model does not support images. */
  readonly images?: ImageRules;
  /** Estimated characters per token; the counts that the server reports correct it later. */
  readonly charsPerToken: number;
  /** The form of call ids in requests. @default 'any' */
  readonly callIds?: 'any' | 'nine-alphanumerics';
  /** The content of an assistant message that has only calls. Some servers refuse one of the two. @default 'null' */
  readonly emptyContent?: 'null' | '';
  /** Whether a tool message has the name of its tool. @default false */
  readonly toolResultName?: boolean;
  /** Whether a streamed request asks for usage with `stream_options`. @default true */
  readonly streamOptions?: boolean;
  /** Whether replies can be streamed. If not, every reply is requested as a whole. @default true */
  readonly streaming?: boolean;
  /** Whether every reply is requested as a stream, because the server has no others. @default false */
  readonly alwaysStreams?: boolean;
  /** Whether the reply to a request with `tools` can be streamed. @default true */
  readonly toolStreaming?: boolean;
  /** The field for the maximum number of output tokens. @default 'max_tokens' */
  readonly maxTokensField?: 'max_tokens' | 'max_completion_tokens';
  /** Fields that the server refuses, so that they are never sent. @default [] */
  readonly omittedFields?: readonly OmittableField[];
  /** Namespaces that models put before the names of tools. A call of `functions.f` is a call of `f`. @default [] */
  readonly namePrefixes?: readonly string[];
  /** How the model marks thoughts in the text of its replies. */
  readonly thoughts?: ThoughtRules;
  /** Whether the model gets its reasoning back. Only the dialect `native` sends it. Missing: it does not. */
  readonly reasoning?: ReasoningRules;
}

/** Changes to a profile. */
export type ProfileChanges = PartialOptions<Omit<ModelProfile, 'turns' | 'images'>> & {
  readonly turns?: PartialOptions<TurnRules> | undefined;
  /** `undefined` for a model that does not support images. */
  readonly images?: ImageRules | undefined;
};

const turns: OptionChecks<TurnRules> = {
  order: option.oneOf('strict', 'relaxed'),
  system: option.oneOf('message', 'in-first-user'),
  toolRole: option.flag,
  calls: option.oneOf('together', 'unrolled'),
};

const images: OptionChecks<ImageRules> = {
  tokens: option.number({ min: 0 }),
  panAndScan: option.flag,
};

const reasoning: OptionChecks<ReasoningRules> = {
  field: option.oneOf('reasoning', 'reasoning_content'),
  replay: option.oneOf('open-turn', 'never'),
};

/** Accepts the name of a dialect. */
export const dialectCheck = option.oneOf('native', 'prompted', 'guided');

/** The checks of each field of a profile. */
export const profileChecks: OptionChecks<ModelProfile> = {
  id: option.text,
  turns: option.object(turns),
  dialect: dialectCheck,
  contextWindow: option.number({ above: 0 }),
  structuredOutput: option.oneOf('json_schema', 'json_object', 'prompted'),
  guidedExample: option.flag,
  constraints: option.oneOf('xgrammar', 'llama.cpp', 'none'),
  controlTokens: option.text,
  images: option.object(images),
  charsPerToken: option.number({ above: 0 }),
  callIds: option.oneOf('any', 'nine-alphanumerics'),
  emptyContent: option.value("'null' or ''", (given) => given === 'null' || given === ''),
  toolResultName: option.flag,
  streamOptions: option.flag,
  streaming: option.flag,
  alwaysStreams: option.flag,
  toolStreaming: option.flag,
  maxTokensField: option.oneOf('max_tokens', 'max_completion_tokens'),
  omittedFields: option.strings,
  namePrefixes: option.strings,
  thoughts: option.object(thoughtChecks),
  reasoning: option.object(reasoning),
};

/**
 * A copy of a profile with changes. Throws `invalid_options` if the result contradicts itself.
 *
 * @example
 * const gemmaOnMyServer = defineProfile(profiles.gemma3, { id: 'gemma-3-8k', contextWindow: 8_192 });
 */
export function defineProfile(base: ModelProfile, changes: ProfileChanges): ModelProfile {
  if (typeof base !== 'object' || base === null) {
    const message = 'defineProfile() needs a profile to change, such as profiles.gemma3.';
    throw new TurnwiseError('invalid_options', message);
  }
  checkOptions(base, { name: 'the profile given to defineProfile()', known: profileChecks });
  checkOptions(changes, { name: 'defineProfile()', known: profileChecks });
  const profile = deriveProfile(base, changes);
  const problem = findContradiction(profile);
  if (problem !== undefined) {
    throw new TurnwiseError('invalid_options', `Profile "${profile.id}" ${problem}`);
  }
  return profile;
}

/** A copy of a profile with changes that are not checked. A test checks the profiles of this package, not each import. */
export function deriveProfile(base: ModelProfile, changes: ProfileChanges): ModelProfile {
  const images = Object.hasOwn(changes, 'images') ? changes.images : base.images;
  const { images: _images, ...rest } = mergeOptions(base, changes);
  const turns = mergeOptions(base.turns, changes.turns);
  return Object.freeze({ ...rest, turns, ...(images === undefined ? {} : { images }) });
}

function findContradiction(profile: ModelProfile): string | undefined {
  if (profile.dialect === 'native' && !profile.turns.toolRole) {
    return 'has the dialect "native" but no tool role. Use the dialect "prompted" or "guided".';
  }
  if (profile.turns.order === 'strict' && profile.turns.calls === 'together') {
    return 'has strict turns, which need `calls: "unrolled"`.';
  }
  const unknown = profile.omittedFields?.find((field) => !omittableFields.includes(field));
  if (unknown !== undefined) {
    return `omits "${unknown}". Fields that can be omitted: ${omittableFields.join(', ')}.`;
  }
  if (profile.dialect === 'guided' && profile.structuredOutput !== 'json_schema') {
    return 'has the dialect "guided", which needs structuredOutput "json_schema".';
  }
  if (!(profile.contextWindow > 0)) return 'needs a contextWindow greater than 0 (tokens).';
  if (!(profile.charsPerToken > 0)) return 'needs charsPerToken greater than 0.';
  try {
    new RegExp(profile.controlTokens, 'gu');
  } catch {
    return 'has controlTokens that are not a valid regular expression.';
  }
  return undefined;
}
