import { canonicalJson } from '../../canonical-json.ts';
import { TurnwiseError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import { findNotJson } from '../../json-check.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import type { RunStateJson } from './saved-state.ts';

/** A saved state and its signature, as plain JSON. */
export interface SignedState {
  readonly state: RunStateJson;
  /** HMAC-SHA256 of the state, in base64url. */
  readonly signature: string;
}

/**
 * Signs a saved state, so that a client that you do not trust can store it. The signature covers every value of the state,
 * but not the order of its keys; the state itself stays readable. `key` is a secret of the server with at least 32 bytes.
 * Throws `invalid_options` for a shorter key and `invalid_state` for a value that is not a saved state.
 *
 * @example
 * response.json(signState(result.state, process.env.STATE_KEY));
 */
export function signState(state: RunStateJson, key: string | Uint8Array): SignedState {
  return { state, signature: signatureOf(state, key).toString('base64url') };
}

/**
 * The state of a signed state. Throws `invalid_state` if it was not signed with this key or was changed since, and
 * `invalid_options` for a key with less than 32 bytes. It does not check how old the state is, or who sent it.
 *
 * @example
 * const run = agent.resume(verifyState(request.body, process.env.STATE_KEY), { decisions });
 */
export function verifyState(signed: unknown, key: string | Uint8Array): RunStateJson {
  const { state, signature } = isJsonObject(signed) ? signed : {};
  const expected = signatureOf(state, key);
  const given = Buffer.from(typeof signature === 'string' ? signature : '', 'base64url');
  if (given.length !== expected.length || !nodeCrypto().timingSafeEqual(given, expected)) {
    throw new TurnwiseError(
      'invalid_state',
      'The signature does not match the state. Pass what signState() returned, unchanged, and the same key.',
    );
  }
  // Only `signState` knows the key, and it takes a saved state.
  return state as unknown as RunStateJson;
}

const minKeyBytes = 32;

function signatureOf(state: unknown, key: string | Uint8Array): Buffer {
  const secret = typeof key === 'string' ? Buffer.from(key) : key;
  if (!(secret instanceof Uint8Array) || secret.byteLength < minKeyBytes) {
    throw new TurnwiseError(
      'invalid_options',
      `The key must be a string or bytes with at least ${minKeyBytes} bytes.`,
    );
  }
  if (!isJsonObject(state) || findNotJson(state) !== undefined) {
    throw new TurnwiseError(
      'invalid_state',
      'The value is not a saved state. Pass the `state` of a result.',
    );
  }
  // The first line makes signatures of other data with the same key different.
  return nodeCrypto()
    .createHmac('sha256', secret)
    .update(`turnwise state 1\n${canonicalJson(state)}`)
    .digest();
}
