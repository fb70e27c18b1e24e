import { ModelError } from '@turnwise/core';
import type { ModelErrorCode } from '@turnwise/core/model';

/** The error of a provider as the error of a model. */
export interface ReadFailure {
  readonly error: ModelError;
  readonly isRetryable: boolean;
}

/** Reads any error of a provider; errors of the AI SDK have a status, the server's message and whether a retry may help. */
export function toModelError(thrown: unknown, attempts: number): ReadFailure {
  if (thrown instanceof ModelError) return { error: thrown, isRetryable: false };
  const { statusCode, isRetryable, message, responseHeaders, name } = Object(thrown);
  const status = typeof statusCode === 'number' ? statusCode : undefined;
  const serverMessage = typeof message === 'string' ? message.slice(0, 500) : String(thrown);
  const retryAfterMs = retryAfter(responseHeaders);
  const details = {
    attempts,
    serverMessage,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  const what = `The provider failed${status === undefined ? '' : ` with status ${status}`}: ${serverMessage}`;
  const error = new ModelError(codeOf(status, name), what, details, { cause: thrown });
  return { error, isRetryable: isRetryable === true };
}

function codeOf(status: number | undefined, name: unknown): ModelErrorCode {
  if (status === 401 || status === 403) return 'model_unauthorized';
  if (status === 404) return 'model_not_found';
  if (status === 429 || status === 503 || status === 529) return 'model_overloaded';
  if (status !== undefined && status >= 400 && status < 500) return 'model_refused';
  // The AI SDK has no status if no response arrived.
  return status === undefined && name === 'AI_APICallError' ? 'model_unreachable' : 'model_failed';
}

function retryAfter(headers: unknown): number | undefined {
  const seconds = Number(Object(headers)['retry-after'] ?? Number.NaN);
  // A longer wait is not one that a request can be kept for.
  return seconds >= 0 && seconds <= 60 ? seconds * 1_000 : undefined;
}
