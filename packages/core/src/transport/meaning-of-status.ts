import type { ModelErrorCode, ModelErrorKind } from '../errors.ts';

/** What a failed request means. */
export interface Meaning {
  readonly code: ModelErrorCode;
  readonly kind?: ModelErrorKind;
  /** What to change. `{endpoint}` and `{model}` are replaced. */
  readonly cure?: string;
}

/** The quota of the account is used up. */
export const quotaUsedUp = {
  code: 'model_refused',
  kind: 'quota',
  cure: "The quota of the account is used up: see the provider's billing page.",
} satisfies Meaning;

const meanings: ReadonlyMap<number, Meaning> = new Map<number, Meaning>([
  [
    401,
    {
      code: 'model_unauthorized',
      kind: 'unauthorized',
      cure: 'Set the key: `apiKey`, or `PRIVATEMODE_API_KEY` for Privatemode, or `TURNWISE_API_KEY` for {endpoint}.',
    },
  ],
  [
    403,
    {
      code: 'model_unauthorized',
      kind: 'unauthorized',
      cure: 'The key is not allowed to use "{model}" at {endpoint}.',
    },
  ],
  [
    404,
    {
      code: 'model_not_found',
      kind: 'model-not-found',
      cure: 'Check the name "{model}" and the address; `GET {endpoint}/models` lists the models, and a base URL usually ends with /v1.',
    },
  ],
  [
    413,
    {
      code: 'model_refused',
      kind: 'too-large',
      cure: 'The request is too large for the server: send fewer or smaller images.',
    },
  ],
  [402, quotaUsedUp],
  [
    429,
    {
      code: 'model_overloaded',
      kind: 'rate-limit',
      cure: 'Send fewer requests at once (`maxConcurrent`), or raise `retry.maxRetries` or `retry.maxRetryAfterMs`.',
    },
  ],
  [
    501,
    {
      code: 'model_refused',
      kind: 'endpoint-unsupported',
      cure: '{endpoint} does not support /chat/completions: check the base URL.',
    },
  ],
]);

/** What an HTTP status means if the message of the error is not known. */
export function meaningOfStatus(status: number): Meaning {
  const known = meanings.get(status);
  if (known !== undefined) return known;
  if (status === 408 || status === 409 || status === 425 || status >= 500) {
    return { code: 'model_overloaded' };
  }
  if (status >= 400) return { code: 'model_refused' };
  if (status >= 300) {
    return {
      code: 'model_refused',
      cure: 'The server redirects to another address: set `baseURL` to that address.',
    };
  }
  return {
    code: 'model_refused',
    kind: 'not-an-api',
    cure: 'The body is not a chat completion: check the base URL, which usually ends with /v1.',
  };
}
