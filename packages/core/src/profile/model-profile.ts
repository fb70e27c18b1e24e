import { TurnwiseError } from '../errors.ts';

/** How tools and calls are said to a model. */
export type DialectName = 'native' | 'prompted' | 'guided';

/** What order of messages a model's chat template accepts. */
export interface TurnRules {
  /**
   * `strict`: user and assistant alternate, a tool result stands where the user would, the user is first and last.
   * `relaxed`: any order, several messages of a role in a row.
   */
  readonly order: 'strict' | 'relaxed';
  /** Whether a system message may be first, or its text must be put into the first user message. */
  readonly system: 'message' | 'in-first-user';
  /** Whether messages of role `tool` and assistant messages with `tool_calls` may be sent. */
  readonly toolRole: boolean;
}

/** How an answer of a given shape can be had. */
export type StructuredOutput = 'json_schema' | 'json_object' | 'prompted';

/** What an image costs, in tokens. */
export interface ImageRules {
  /** Tokens of an image without crops. */
  readonly tokens: number;
  /** Whether long images are cut into crops, each of which costs again (Gemma 3: pan-and-scan). */
  readonly panAndScan: boolean;
}

/** What is known of one model on one kind of server. Plain data: make your own with {@link defineProfile}. */
export interface ModelProfile {
  /** Names the profile in events, errors and saved state. */
  readonly id: string;
  readonly turns: TurnRules;
  readonly dialect: DialectName;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  readonly structuredOutput: StructuredOutput;
  /** Which JSON Schema words the server's constrained decoding refuses. */
  readonly refusedKeywords: 'xgrammar' | 'none';
  /** Source of a regular expression that finds the model's control tokens in a text. */
  readonly controlTokens: string;
  /** Left out for a model without vision. */
  readonly images?: ImageRules;
  /** Characters of text per token, before the server's own counts correct it. */
  readonly charsPerToken: number;
  /** What a call id must look like on the wire. @default 'any' */
  readonly callIds?: 'any' | 'nine-alphanumerics';
}

/** Changes to a profile. */
export type ProfileChanges = Partial<Omit<ModelProfile, 'turns' | 'images'>> & {
  readonly turns?: Partial<TurnRules>;
  /** `undefined` takes a model's vision away. */
  readonly images?: ImageRules | undefined;
};

/**
 * A profile like another, but for the changes. Throws `invalid_options` where it contradicts itself.
 *
 * @example
 * const gemmaOnMyServer = defineProfile(gemma3, { id: 'gemma-3-8k', contextWindow: 8_192 });
 */
export function defineProfile(base: ModelProfile, changes: ProfileChanges): ModelProfile {
  const { images, ...rest } = { ...base, ...changes };
  const turns = { ...base.turns, ...changes.turns };
  const profile = { ...rest, turns, ...(images === undefined ? {} : { images }) };
  const problem = findContradiction(profile);
  if (problem !== undefined) {
    throw new TurnwiseError('invalid_options', `Profile "${profile.id}" ${problem}`);
  }
  return Object.freeze(profile);
}

function findContradiction(profile: ModelProfile): string | undefined {
  if (profile.dialect === 'native' && !profile.turns.toolRole) {
    return 'speaks the native dialect but has no tool role; take "prompted" or "guided".';
  }
  if (profile.dialect === 'guided' && profile.structuredOutput !== 'json_schema') {
    return 'speaks the guided dialect, which needs structuredOutput "json_schema".';
  }
  if (!(profile.contextWindow > 0)) return 'needs a contextWindow greater than 0 (tokens).';
  if (!(profile.charsPerToken > 0)) return 'needs charsPerToken greater than 0.';
  try {
    new RegExp(profile.controlTokens, 'gu');
  } catch {
    return 'has controlTokens that are no regular expression.';
  }
  return undefined;
}
