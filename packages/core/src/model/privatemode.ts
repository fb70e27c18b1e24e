import { TurnwiseError } from '../errors.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { checkOptions, mergeOptions, type OptionChecks, type PartialOptions } from '../options.ts';
import { privatemodeProfile } from '../profile/privatemode-profile.ts';
import type { Model } from './model.ts';
import {
  modelAt,
  type OpenAICompatibleOptions,
  openaiCompatibleChecks,
} from './openai-compatible.ts';

/** Changes to Privatemode's defaults. */
export type PrivatemodeOptions = PartialOptions<Omit<OpenAICompatibleOptions, 'model'>>;

const { model: _model, ...others } = openaiCompatibleChecks;
const privatemodeChecks: OptionChecks<PrivatemodeOptions> = others;

/**
 * A model of Privatemode, through its proxy at `http://localhost:8080/v1`. The key is read from `PRIVATEMODE_API_KEY`; a
 * proxy that was started with `--apiKey` needs no key. Turnwise has the profiles of the models that Privatemode is known to
 * serve; the profile of any other model, and with `profile: 'auto'`, is detected at the first request.
 *
 * Each conversation has its own `cache_salt`: without one the proxy adds a random salt to every request, and the server can
 * never use its prompt cache (Privatemode, privatemode-proxy).
 *
 * @example
 * const model = privatemode('gemma-3-27b');
 */
export function privatemode(model: string, options: PrivatemodeOptions = {}): Model {
  if (typeof model !== 'string' || model === '') {
    throw new TurnwiseError(
      'invalid_options',
      "privatemode needs the id of a model, such as privatemode('gemma-3-27b').",
    );
  }
  checkOptions(options, { name: 'privatemode()', known: privatemodeChecks });
  const apiKey = options.apiKey ?? process.env.PRIVATEMODE_API_KEY ?? '';
  return modelAt(
    mergeOptions(
      { baseURL: 'http://localhost:8080/v1', profile: privatemodeProfile(model) ?? 'auto' },
      { ...options, model, apiKey },
    ),
    (conversationId) => ({
      cache_salt: nodeCrypto().createHmac('sha256', apiKey).update(conversationId).digest('hex'),
    }),
  );
}
