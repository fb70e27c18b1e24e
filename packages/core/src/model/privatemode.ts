import { createHmac } from 'node:crypto';
import { TurnwiseError } from '../errors.ts';
import { privatemodeProfile } from '../profile/privatemode-profile.ts';
import type { Model } from './model.ts';
import { modelAt, type OpenAICompatibleOptions } from './openai-compatible.ts';

/** What differs from Privatemode's defaults. */
export type PrivatemodeOptions = Partial<Omit<OpenAICompatibleOptions, 'model'>>;

/**
 * A model of Privatemode, through its proxy at `http://localhost:8080/v1`. The key is taken from
 * `PRIVATEMODE_API_KEY`; a proxy that was started with `--apiKey` needs none. How the models that it is known to serve are
 * spoken to is known; any other is asked about at its first request, as is one with `profile: 'auto'`.
 *
 * Each conversation carries a `cache_salt` of its own: without one the proxy adds a random salt to every request and no
 * prompt is ever taken from the cache (Privatemode, privatemode-proxy).
 *
 * @example
 * const model = privatemode('gemma-3-27b');
 */
export function privatemode(model: string, options: PrivatemodeOptions = {}): Model {
  if (typeof model !== 'string' || model === '') {
    throw new TurnwiseError(
      'invalid_options',
      "privatemode needs the model's id, such as privatemode('gemma-3-27b').",
    );
  }
  const apiKey = options.apiKey ?? process.env.PRIVATEMODE_API_KEY ?? '';
  return modelAt(
    {
      baseURL: 'http://localhost:8080/v1',
      profile: privatemodeProfile(model) ?? 'auto',
      ...options,
      model,
      apiKey,
    },
    (conversationId) => ({
      cache_salt: createHmac('sha256', apiKey).update(conversationId).digest('hex'),
    }),
  );
}
