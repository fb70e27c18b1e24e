import { createDialect } from '../dialect/create-dialect.ts';
import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type DialectName, defineProfile, type ModelProfile } from '../profile/model-profile.ts';
import { findProfile, type ProfileId, profiles } from '../profile/profiles.ts';
import { createOpenAITransport } from '../transport/openai-transport.ts';
import type { OpenAITransportOptions } from '../transport/transport-options.ts';
import { autoModel } from './auto-model.ts';
import { dialectModel } from './dialect-model.ts';
import type { Model } from './model.ts';

/** The address of a model, and its profile and dialect. */
export interface OpenAICompatibleOptions extends OpenAITransportOptions {
  /**
   * What is known about the model: a profile or the id of a known profile, which then never changes. `auto` detects the
   * profile before the first request and changes it if the server refuses the form of a request. @default 'auto'
   */
  readonly profile?: ModelProfile | ProfileId | 'auto';
  /** Replaces the dialect of the profile. It never changes, even if the server refuses it. */
  readonly dialect?: DialectName;
}

/**
 * A model on a server with an OpenAI-compatible `/v1/chat/completions`. Nothing is sent before the first request.
 * Throws `invalid_options` for options that cannot work.
 *
 * @example
 * const model = openaiCompatible({ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' });
 */
export function openaiCompatible(options: OpenAICompatibleOptions): Model {
  checkOptions(options);
  return modelAt(options);
}

/** The same for options that were checked, with additional fields for every request of a conversation. */
export function modelAt(
  { profile = 'auto', dialect, ...options }: OpenAICompatibleOptions,
  conversationFields?: (conversationId: string) => JsonObject,
): Model {
  const transport = createOpenAITransport(options);
  const fields = conversationFields === undefined ? {} : { conversationFields };
  if (profile === 'auto') {
    return autoModel({ transport, ...(dialect === undefined ? {} : { dialect }), ...fields });
  }
  const known = typeof profile === 'string' ? requireProfile(profile) : profile;
  const chosen = dialect === undefined ? known : defineProfile(known, { dialect });
  return dialectModel({ transport, profile: chosen, dialect: createDialect(chosen), ...fields });
}

function requireProfile(id: string): ModelProfile {
  const profile = findProfile(id);
  if (profile !== undefined) return profile;
  const known = [...Object.values(profiles).map((each) => each.id), 'auto'];
  const ids = known.map((each) => `"${each}"`).join(', ');
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
