import type { WireBody } from '../dialect/wire.ts';
import { ModelError, type ModelErrorDetails } from '../errors.ts';
import { shorten } from '../shorten.ts';
import { readContextSize } from './context-size.ts';
import { withoutEchoes } from './echoes.ts';
import { type Meaning, meaningOfStatus, quotaUsedUp } from './meaning-of-status.ts';
import { findRefusedField, meaningOfField } from './refused-field.ts';
import { refusedForms } from './refused-forms.ts';
import { readRetryAfter, readRetryDelay } from './retry-after.ts';
import type { HideSecrets } from './secrets.ts';
import { readServerError, type ServerError } from './server-error.ts';
import { findServerMessage } from './server-messages.ts';
import { isQuotaUsedUp } from './used-up-quota.ts';

/** A response that is not a reply of the model. */
export interface FailedResponse {
  /** HTTP status. */
  readonly status: number;
  /** Whether the server sent the error inside of a reply. Its status is then the one in the error, if there is one. */
  readonly isInReply?: boolean;
  /** The body or the error, as text. */
  readonly body: string;
  /** Hides secrets in the body, and in what was read from it: an escape or an entity can divide a secret. */
  readonly hide?: HideSecrets;
  readonly headers: { get(name: string): string | null };
  /** The address of the API. */
  readonly endpoint: string;
  /** The model that was requested. */
  readonly model: string;
  /** How many times the request was sent. */
  readonly attempts?: number;
  /** The request. Parts of its conversation that the error repeats are removed. */
  readonly sent?: WireBody;
}

/**
 * Converts a failed response to an error that explains it and what to change.
 *
 * A status that asks for another try (429, 502, 503, 504) has priority over the message, except for a quota that is used
 * up. For any other status the known messages come first: one server sends a refusal as 400, another sends it as 500.
 */
export function explainFailure(response: FailedResponse): ModelError {
  const { endpoint, model, attempts } = response;
  const error = readError(response);
  const message = shorten(error.message.trim(), 500);
  const status = response.isInReply === true ? error.status : response.status;
  const retryAfterMs = readRetryAfter(response.headers) ?? readRetryDelay(error.fields, message);
  const meaning = meaningOf(error, { status: statusFor(error, response), retryAfterMs });
  const field = meaning.kind === 'field-unsupported' ? findRefusedField(error.message) : undefined;
  const details: ModelErrorDetails = {
    ...(meaning.kind !== undefined && { kind: meaning.kind }),
    ...(field !== undefined && { field }),
    ...(meaning.cure !== undefined && { cure: fillIn(meaning.cure, { endpoint, model }) }),
    status: status ?? response.status,
    ...(attempts !== undefined && { attempts }),
    serverMessage: message,
    ...(error.type !== '' && { serverType: error.type }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(meaning.kind === 'context-overflow' && readContextSize(error.fields ?? null, message)),
  };
  return new ModelError(meaning.code, `${endpoint} ${describe(response, error, message)}`, details);
}

/** The error of the server without secrets and without the texts of the request. */
function readError({ body, sent, hide = (text) => text }: FailedResponse): ServerError {
  const read = readServerError(hide(body));
  const message = hide(read.message);
  return {
    ...read,
    message: sent === undefined ? message : withoutEchoes(message, sent),
    type: hide(read.type),
  };
}

function describe({ status, isInReply }: FailedResponse, error: ServerError, message: string) {
  const what =
    isInReply === true
      ? `sent an error in its reply${error.status === undefined ? '' : ` (${error.status})`}`
      : `answered ${status}`;
  if (message === '') return `${what} without a message.`;
  return error.isWebPage ? `${what} with a web page: "${message}".` : `${what}: "${message}".`;
}

/** The status that decides what the error means. */
function statusFor({ labels, status }: ServerError, response: FailedResponse): number {
  const transient = transientLabels.find(([pattern]) => labels.some((each) => pattern.test(each)));
  if (response.isInReply !== true) {
    return response.status === 500 && transient !== undefined ? transient[1] : response.status;
  }
  return status ?? transient?.[1] ?? 500;
}

/** Types of errors that servers send without their status. */
const transientLabels: readonly (readonly [RegExp, number])[] = [
  [/rate_?limit|too_?many_?requests|resource_?exhausted/i, 429],
  [/overloaded|unavailable|time_?out|deadline_?exceeded|server_?busy/i, 503],
];

/** Statuses that ask for another try. */
const transientStatuses: ReadonlySet<number> = new Set([
  408, 425, 429, 502, 503, 504, 520, 521, 522, 523, 524, 529,
]);

function meaningOf(
  error: ServerError,
  { status, retryAfterMs }: { status: number; retryAfterMs: number | undefined },
): Meaning {
  if (status === 429 && isQuotaUsedUp(error, retryAfterMs)) return quotaUsedUp;
  if (status < 300 && isGatewayText(error)) return gatewayFailed;
  if (error.isWebPage) return meaningOfWebPage(status);
  const known = findServerMessage(`${error.labels.join(' ')} ${error.param} ${error.message}`);
  if (known !== undefined && (known.kind === 'loading' || isTooLong(known, error))) return known;
  if (transientStatuses.has(status) || isAboutAccount(status, known))
    return meaningOfStatus(status);
  const field = findRefusedField(error.message);
  // "tool choice" occurs in messages about other things; the name of the field is certain.
  if (known === undefined || known.kind === 'tool-choice-unsupported') {
    return field === undefined ? (known ?? meaningOfStatus(status)) : meaningOfField(field);
  }
  return known;
}

/** Whether the status is about the account or the size of the request: then a message cannot be about its form. */
function isAboutAccount(status: number, known: Meaning | undefined): boolean {
  return [401, 402, 403, 413].includes(status) && refusedForms.some((form) => form === known);
}

/** Whether the error reports more tokens in the prompt than in the window: then a later try cannot succeed. */
function isTooLong(known: Meaning | undefined, { fields, message }: ServerError): boolean {
  if (known?.kind !== 'context-overflow') return false;
  const { contextWindow, promptTokens } = readContextSize(fields ?? null, message);
  return contextWindow !== undefined && promptTokens !== undefined && promptTokens > contextWindow;
}

const gatewayFailed: Meaning = {
  code: 'model_overloaded',
  kind: 'not-an-api',
  cure: 'A gateway or proxy between Turnwise and the server failed: try again later, or check the gateway.',
};

/** Whether plain text with a status of success is the error of a gateway, such as Envoy's `upstream request timeout`. */
function isGatewayText({ fields, isWebPage, message }: ServerError): boolean {
  return fields === undefined && !isWebPage && gatewayText.test(message);
}

const gatewayText =
  /^(?:error:? )?(?:upstream (?:request|connect|server|error|time)|no healthy upstream|stream time-?out|(?:bad|\d{3} bad) gateway|(?:\d{3} )?gateway time-?out|(?:\d{3} )?service (?:temporarily )?unavailable|request timed out|internal server error)/i;

function meaningOfWebPage(status: number): Meaning {
  if (status === 413) return meaningOfStatus(status);
  if (status === 408 || status === 429 || (status >= 500 && status !== 501)) {
    return gatewayFailed;
  }
  if (status === 401 || status === 403) {
    return {
      code: 'model_unauthorized',
      kind: 'not-an-api',
      cure: 'A gateway or firewall refused the request before it reached an API: check the key, the network, and that the base URL is that of an API.',
    };
  }
  return {
    code: 'model_refused',
    kind: 'not-an-api',
    cure: 'The base URL is not the address of an API: it usually ends with /v1.',
  };
}

function fillIn(cure: string, values: { endpoint: string; model: string }): string {
  return cure.replaceAll('{endpoint}', values.endpoint).replaceAll('{model}', values.model);
}
