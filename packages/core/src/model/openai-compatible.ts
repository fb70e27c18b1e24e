import { createDialect } from '../dialect/create-dialect.ts';
import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type KnownProfileId, knownProfiles } from '../profile/known-profiles.ts';
import { type DialectName, defineProfile, type ModelProfile } from '../profile/model-profile.ts';
import { createOpenAITransport } from '../transport/openai-transport.ts';
import type { OpenAITransportOptions } from '../transport/transport-options.ts';
import { autoModel } from './auto-model.ts';
import { dialectModel } from './dialect-model.ts';
import type { Model } from './model.ts';

/** Where a model is, and how it is spoken to. */
export interface OpenAICompatibleOptions extends OpenAITransportOptions {
  /**
   * What is known of the model: a profile, or the id of a known one, is obeyed. `auto` asks the server before the first
   * request, and follows where the server refuses a form of request. @default 'auto'
   */
  readonly profile?: ModelProfile | KnownProfileId | 'auto';
  /** Another dialect than the profile's; it is obeyed, also where the server refuses it. */
  readonly dialect?: DialectName;
}

/**
 * A model behind an OpenAI-compatible `/v1/chat/completions`. Nothing is sent before the first request.
 * Throws `invalid_options` for options that cannot work.
 *
 * @example
 * const model = openaiCompatible({ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' });
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Model {
  checkOptions(options);
  return modelAt(options);
}

/** A model at an address whose options were checked, with what each of its conversations carries. */
export function modelAt(
  { profile = 'auto', dialect, ...options }: OpenAICompatibleOptions,
  conversationFields?: (conversationId: string) => JsonObject,
): Model {
  const transport = createOpenAITransport(options);
  const fields = conversationFields === undefined ? {} : { conversationFields };
  if (profile === 'auto') {
    return autoModel({ transport, ...(dialect === undefined ? {} : { dialect }), ...fields });
  }
  const known = typeof profile === 'string' ? findProfile(profile) : profile;
  const chosen = dialect === undefined ? known : defineProfile(known, { dialect });
  return dialectModel({ transport, profile: chosen, dialect: createDialect(chosen), ...fields });
}

function findProfile(id: string): ModelProfile {
  const profile = knownProfiles.get(id);
  if (profile !== undefined) return profile;
  const ids = [...knownProfiles.keys(), 'auto'].map((each) => `"${each}"`).join(', ');
  throw new TurnwiseError('invalid_options', `Unknown profile "${id}". Known: ${ids}.`);
}

function checkOptions(options: OpenAICompatibleOptions): void {
  for (const name of ['baseURL', 'model'] as const) {
    if (typeof options?.[name] !== 'string') {
      throw new TurnwiseError(
        'invalid_options',
        `openaiCompatible needs \`${name}\`: openaiCompatible({ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' }).`,
      );
    }
  }
}
