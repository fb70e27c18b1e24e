import { TurnwiseError } from '../errors.ts';
import { checkOptions, mergeOptions, type OptionChecks, option } from '../options.ts';
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

/** What is known about one model on one kind of server. Plain data: make your own with {@link defineProfile}. */
export interface ModelProfile {
  /** Name of the profile in events, errors and saved state. */
  readonly id: string;
  readonly turns: TurnRules;
  readonly dialect: DialectName;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  readonly structuredOutput: StructuredOutput;
  /** Which JSON Schema keywords the server's constrained decoding refuses. */
  readonly refusedKeywords: 'xgrammar' | 'none';
  /** Source of a regular expression that matches the model's control tokens. */
  readonly controlTokens: string;
  /** Missing if the model does not support images. */
  readonly images?: ImageRules;
  /** Estimated characters per token; the counts that the server reports correct it later. */
  readonly charsPerToken: number;
  /** The form of call ids in requests. @default 'any' */
  readonly callIds?: 'any' | 'nine-alphanumerics';
  /** Namespaces that models put before the names of tools. A call of `functions.f` is a call of `f`. @default [] */
  readonly namePrefixes?: readonly string[];
  /** How the model marks thoughts in the text of its replies. */
  readonly thoughts?: ThoughtRules;
}

/** Changes to a profile. */
export type ProfileChanges = Partial<Omit<ModelProfile, 'turns' | 'images'>> & {
  readonly turns?: Partial<TurnRules>;
  /** `undefined` for a model that does not support images. */
  readonly images?: ImageRules | undefined;
};

const turns: OptionChecks<TurnRules> = {
  order: option.oneOf('strict', 'relaxed'),
  system: option.oneOf('message', 'in-first-user'),
  toolRole: option.flag,
};

const images: OptionChecks<ImageRules> = {
  tokens: option.number({ min: 0 }),
  panAndScan: option.flag,
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
  refusedKeywords: option.oneOf('xgrammar', 'none'),
  controlTokens: option.text,
  images: option.object(images),
  charsPerToken: option.number({ above: 0 }),
  callIds: option.oneOf('any', 'nine-alphanumerics'),
  namePrefixes: option.strings,
  thoughts: option.object(thoughtChecks),
};

/**
 * A copy of a profile with changes. Throws `invalid_options` if the result contradicts itself.
 *
 * @example
 * const gemmaOnMyServer = defineProfile(profiles.gemma3, { id: 'gemma-3-8k', contextWindow: 8_192 });
 */
export function defineProfile(base: ModelProfile, changes: ProfileChanges): ModelProfile {
  if (base === undefined) {
    const message = 'defineProfile() needs a profile to change, such as profiles.gemma3.';
    throw new TurnwiseError('invalid_options', message);
  }
  checkOptions(base, { name: 'the profile given to defineProfile()', known: profileChecks });
  checkOptions(changes, { name: 'defineProfile()', known: profileChecks });
  const images = Object.hasOwn(changes, 'images') ? changes.images : base.images;
  const { images: _images, ...rest } = mergeOptions(base, changes);
  const turns = mergeOptions(base.turns, changes.turns);
  const profile = { ...rest, turns, ...(images === undefined ? {} : { images }) };
  const problem = findContradiction(profile);
  if (problem !== undefined) {
    throw new TurnwiseError('invalid_options', `Profile "${profile.id}" ${problem}`);
  }
  return Object.freeze(profile);
}

function findContradiction(profile: ModelProfile): string | undefined {
  if (profile.dialect === 'native' && !profile.turns.toolRole) {
    return 'has the dialect "native" but no tool role. Use the dialect "prompted" or "guided".';
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
