import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import {
  type DialectName,
  defineProfile,
  dialectCheck,
  type ModelProfile,
  profileChecks,
} from '../profile/model-profile.ts';
import { findProfile, type ProfileId, profiles } from '../profile/profiles.ts';
import { createOpenAITransport } from '../transport/openai-transport.ts';
import {
  type OpenAITransportOptions,
  transportOptionChecks,
} from '../transport/transport-options.ts';
import { autoModel } from './auto-model.ts';
import { dialectModel } from './dialect-model.ts';
import type { Model } from './model.ts';
import { withoutGrammarOnce } from './without-grammar-once.ts';

/** The address of a model, and its profile and dialect. */
export interface OpenAICompatibleOptions extends OpenAITransportOptions {
  /**
   * What is known about the model: a profile or the id of a known profile, which then never changes; only a request whose
   * schemas the server cannot make a grammar of is sent again without one. `auto` detects the profile before the first
   * request and changes it if the server refuses the form of a request. @default 'auto'
   */
  readonly profile?: ModelProfile | ProfileId | 'auto' | undefined;
  /** Replaces the dialect of the profile. It never changes, even if the server refuses it. */
  readonly dialect?: DialectName | undefined;
}

/** The checks of each option. */
export const openaiCompatibleChecks: OptionChecks<OpenAICompatibleOptions> = {
  ...transportOptionChecks,
  profile: option.object(profileChecks, option.text),
  dialect: dialectCheck,
};

/**
 * A model on a server with an OpenAI-compatible `/v1/chat/completions`. Nothing is sent before the first request.
 * Throws `invalid_options` for options that cannot work.
 *
 * @example
 * const model = openaiCompatible({ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' });
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Model {
  checkOptions(options, { name: 'openaiCompatible()', known: openaiCompatibleChecks });
  for (const name of ['baseURL', 'model'] as const) {
    if (options?.[name] !== undefined) continue;
    const example = "{ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' }";
    throw invalid(`openaiCompatible() needs \`${name}\`: openaiCompatible(${example}).`);
  }
  return modelAt(options);
}

/** The same for options that were checked, with additional fields for every request of a conversation. */
export function modelAt(
  { profile = 'auto', dialect, ...options }: OpenAICompatibleOptions,
  conversationFields?: (conversationId: string) => JsonObject,
): Model {
  const transport = createOpenAITransport(options);
  if (profile === 'auto') return autoModel({ transport, dialect, conversationFields });
  const known = typeof profile === 'string' ? requireProfile(profile) : profile;
  return dialectModel({
    transport,
    profile: dialect === undefined ? known : defineProfile(known, { dialect }),
    // If the server cannot make a grammar of the schemas, the request is sent again without one, once.
    afterFailure: withoutGrammarOnce,
    conversationFields,
  });
}

function requireProfile(id: string): ModelProfile {
  const profile = findProfile(id);
  if (profile !== undefined) return profile;
  const known = [...Object.values(profiles).map((each) => each.id), 'auto'];
  const ids = known.map((each) => `"${each}"`).join(', ');
  throw invalid(`Unknown profile "${id}". Known: ${ids}.`);
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
