import { createHmac } from 'node:crypto';
import { createDialect } from '../dialect/create-dialect.ts';
import { TurnwiseError } from '../errors.ts';
import { dialectModel } from './dialect-model.ts';
import type { Model } from './model.ts';
import { type OpenAICompatibleOptions, resolveProfile } from './openai-compatible.ts';
import { createOpenAITransport } from './openai-transport.ts';

/** What differs from Privatemode's defaults. */
export type PrivatemodeOptions = Partial<Omit<OpenAICompatibleOptions, 'model'>>;

/**
 * A model of Privatemode, through its proxy at `http://localhost:8080/v1`. The key is taken from
 * `PRIVATEMODE_API_KEY`; a proxy that was started with `--apiKey` needs none.
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
  const { profile, dialect, ...rest } = options;
  const apiKey = options.apiKey ?? process.env.PRIVATEMODE_API_KEY ?? '';
  const resolved = resolveProfile(model, profile, dialect);
  return dialectModel({
    transport: createOpenAITransport({
      baseURL: 'http://localhost:8080/v1',
      ...rest,
      model,
      apiKey,
    }),
    profile: resolved,
    dialect: createDialect(resolved),
    conversationFields: (conversationId) => ({
      cache_salt: createHmac('sha256', apiKey).update(conversationId).digest('hex'),
    }),
  });
}
