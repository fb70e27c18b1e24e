import type { ModelErrorKind } from '../errors.ts';
import { shortenToLine } from '../shorten.ts';
import { type DetectedProfile, inDialect, withoutTools } from './detect-profile.ts';
import { defineProfile, type ModelProfile } from './model-profile.ts';

/** What a server said against a request, and what the request was about. */
export interface Refusal {
  readonly kind: ModelErrorKind;
  /** The server's own words. */
  readonly words: string;
  /** Whether the request offered tools. */
  readonly offersTools: boolean;
}

/**
 * The profile to go on with once a server has refused a request because of its form; `undefined` where no other form would
 * help. Each profile that it gives asks less of the server than the one before, so that the way down is short and ends.
 */
export function fallbackProfile(
  profile: ModelProfile,
  refusal: Refusal,
): DetectedProfile | undefined {
  const next = lessDemanding(profile, refusal);
  if (next === undefined) return undefined;
  return { profile: next, why: `The server said: "${shortenToLine(refusal.words, 160)}"` };
}

function lessDemanding(profile: ModelProfile, { kind, offersTools }: Refusal) {
  switch (kind) {
    case 'tools-unsupported':
    case 'tools-invalid':
      return profile.dialect === 'native' ? withoutTools(profile) : undefined;
    case 'tool-choice-unsupported':
      return profile.dialect === 'native' ? forcingCalls(profile) : undefined;
    case 'alternation':
    case 'template':
      return strictest(profile);
    case 'developer-role':
      return withoutSystem(profile);
    case 'schema-unsupported':
      return withPlainerSchemas(profile) ?? withoutSchemas(profile, { offersTools });
    case 'response-format-unsupported':
      return withoutSchemas(profile, { offersTools });
    default:
      return undefined;
  }
}

/** A grammar can force a call where `tool_choice` cannot. */
function forcingCalls(profile: ModelProfile): ModelProfile {
  const plain = withoutTools(profile);
  return profile.structuredOutput === 'json_schema' ? inDialect(plain, 'guided') : plain;
}

/** Strict turns, no tool role, no system message: what the plainest of chat templates takes. */
function strictest(profile: ModelProfile): ModelProfile | undefined {
  const { order, system, toolRole } = profile.turns;
  if (order === 'strict' && system === 'in-first-user' && !toolRole) return undefined;
  const plain = profile.dialect === 'native' ? withoutTools(profile) : profile;
  return defineProfile(plain, {
    turns: { order: 'strict', system: 'in-first-user', toolRole: false },
  });
}

function withoutSystem(profile: ModelProfile): ModelProfile | undefined {
  if (profile.turns.system === 'in-first-user') return undefined;
  return defineProfile(profile, { turns: { system: 'in-first-user' } });
}

function withPlainerSchemas(profile: ModelProfile): ModelProfile | undefined {
  if (profile.refusedKeywords !== 'none') return undefined;
  return defineProfile(profile, { refusedKeywords: 'xgrammar' });
}

/** First the dialect gives up the grammar, then answers do: JSON without a shape, then JSON in words. */
function withoutSchemas(
  profile: ModelProfile,
  { offersTools }: Pick<Refusal, 'offersTools'>,
): ModelProfile | undefined {
  if (profile.dialect === 'guided') return inDialect(profile, 'prompted');
  // Tools that a grammar cannot hold can still be told of in words.
  if (offersTools) return profile.dialect === 'native' ? withoutTools(profile) : undefined;
  switch (profile.structuredOutput) {
    case 'json_schema':
      return defineProfile(profile, { structuredOutput: 'json_object' });
    case 'json_object':
      return defineProfile(profile, { structuredOutput: 'prompted' });
    case 'prompted':
      return undefined;
  }
}
