import { createDialect } from '../dialect/create-dialect.ts';
import { TurnwiseError } from '../errors.ts';
import { guessProfile } from '../profile/guess-profile.ts';
import { type DialectName, defineProfile, type ModelProfile } from '../profile/model-profile.ts';
import { dialectModel } from './dialect-model.ts';
import type { Model } from './model.ts';
import { createOpenAITransport } from './openai-transport.ts';
import type { OpenAITransportOptions } from './transport-options.ts';

/** Where a model is, and how it is spoken to. */
export interface OpenAICompatibleOptions extends OpenAITransportOptions {
  /** What is known of the model; `auto` goes by its id. @default 'auto' */
  readonly profile?: ModelProfile | 'auto';
  /** Another dialect than the profile's. */
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
  const { profile, dialect, ...transport } = options;
  const resolved = resolveProfile(options.model, profile, dialect);
  return dialectModel({
    transport: createOpenAITransport(transport),
    profile: resolved,
    dialect: createDialect(resolved),
  });
}

/** The profile that options ask for. */
export function resolveProfile(
  model: string,
  profile: ModelProfile | 'auto' = 'auto',
  dialect?: DialectName,
): ModelProfile {
  const chosen = profile === 'auto' ? guessProfile(model) : profile;
  return dialect === undefined ? chosen : defineProfile(chosen, { dialect });
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
