import { ModelError, type ModelErrorCode, type ModelErrorDetails } from '../errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../json.ts';
import { shorten } from '../shorten.ts';
import { readContextSize } from './context-size.ts';
import { readRetryAfter } from './retry-after.ts';
import { findServerMessage } from './server-messages.ts';

/** A response that is not a reply of the model. */
export interface FailedResponse {
  /** HTTP status; for an error inside a stream, the code in that error. */
  readonly status: number;
  /** The body, as text. */
  readonly body: string;
  readonly headers: { get(name: string): string | null };
  /** The address of the API. */
  readonly endpoint: string;
  /** The model that was requested. */
  readonly model: string;
  /** How many times the request was sent. */
  readonly attempts?: number;
}

/**
 * Converts a failed response to an error that explains it and what to change. The server's message has priority over the
 * status: one server sends a refusal as 400, another sends the same refusal as 500.
 */
export function explainFailure(response: FailedResponse): ModelError {
  const { status, body, endpoint, model, attempts } = response;
  if (looksLikeHtml(body)) return explainWebPage(response);
  const error = readError(body);
  const known = findServerMessage(`${error.type} ${error.message}`);
  const meaning = known ?? meaningOfStatus(status);
  const retryAfterMs = readRetryAfter(response.headers);
  const details: ModelErrorDetails = {
    ...(meaning.kind !== undefined && { kind: meaning.kind }),
    ...(meaning.cure !== undefined && { cure: fillIn(meaning.cure, { endpoint, model }) }),
    status,
    ...(attempts !== undefined && { attempts }),
    serverMessage: shortenMessage(error.message),
    ...(error.type !== '' && { serverType: error.type }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(meaning.kind === 'context-overflow' && readContextSize(error.fields, error.message)),
  };
  const what =
    error.message === ''
      ? `${endpoint} answered ${status} without a message.`
      : `${endpoint} answered ${status}: "${shortenMessage(error.message)}".`;
  return new ModelError(meaning.code, what, details);
}

interface Meaning {
  readonly code: ModelErrorCode;
  readonly kind?: ModelErrorDetails['kind'];
  readonly cure?: string;
}

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
  [429, { code: 'model_overloaded', kind: 'rate-limit', cure: 'Lower `maxConcurrent`, or wait.' }],
  [
    501,
    {
      code: 'model_refused',
      kind: 'endpoint-unsupported',
      cure: '{endpoint} does not support /chat/completions: check the base URL.',
    },
  ],
]);

function meaningOfStatus(status: number): Meaning {
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

function explainWebPage({ status, body, endpoint, attempts }: FailedResponse): ModelError {
  const gatewayFailed = status === 408 || status === 429 || status >= 500;
  return new ModelError(
    gatewayFailed && status !== 501 ? 'model_overloaded' : 'model_refused',
    `${endpoint} answered ${status} with a web page.`,
    {
      kind: 'not-an-api',
      status,
      ...(attempts !== undefined && { attempts }),
      serverMessage: shortenMessage(body),
      cure: gatewayFailed
        ? 'A gateway or proxy between Turnwise and the server failed: try again later, or check the gateway.'
        : 'The base URL is not the address of an API: it usually ends with /v1.',
    },
  );
}

function looksLikeHtml(body: string): boolean {
  return /^\s*<(!doctype|html|head|body)/i.test(body);
}

interface ServerError {
  readonly message: string;
  readonly type: string;
  readonly fields: JsonValue;
}

/** Reads `{"error":{…}}`, `{"error":"…"}`, `{"message":…}`, `{"detail":…}`, and an error that was sent as an event. */
function readError(body: string): ServerError {
  const text = body.replace(/^\s*event:[^\n]*\n+data:\s*/, '').trim();
  const parsed = parseJson(text) ?? null;
  const outer: JsonValue = Array.isArray(parsed) ? (parsed[0] ?? null) : parsed;
  if (!isJsonObject(outer)) return { message: textOf(outer, text), type: '', fields: null };
  const fields = outer.error ?? outer;
  if (!isJsonObject(fields)) return { message: textOf(fields, text), type: '', fields };
  const { message, detail, type, code } = fields;
  return {
    message: textOf(message ?? detail ?? null, text),
    type: [type, code].find((value) => typeof value === 'string' && value !== '')?.toString() ?? '',
    fields,
  };
}

function textOf(value: JsonValue, fallback: string): string {
  if (typeof value === 'string') return value;
  return value === null ? fallback : JSON.stringify(value);
}

function fillIn(cure: string, values: { endpoint: string; model: string }): string {
  return cure.replaceAll('{endpoint}', values.endpoint).replaceAll('{model}', values.model);
}

function shortenMessage(text: string): string {
  return shorten(text.trim(), 500);
}
