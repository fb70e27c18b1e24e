import { ModelError, type ModelErrorCode, type ModelErrorDetails } from '../errors.ts';
import { isJsonObject, type JsonValue, parseJson } from '../json.ts';
import { shorten } from '../shorten.ts';
import { readContextSize } from './context-size.ts';
import { readRetryAfter } from './retry-after.ts';
import { findServerMessage } from './server-messages.ts';

/** A response that is no reply. */
export interface FailedResponse {
  /** HTTP status; for an error in the middle of a stream, the code that the server gave in it. */
  readonly status: number;
  /** The body, as text. */
  readonly body: string;
  readonly headers: { get(name: string): string | null };
  /** Where the request went. */
  readonly endpoint: string;
  /** The model that was asked for. */
  readonly model: string;
  /** How many times the request was sent. */
  readonly attempts?: number;
}

/**
 * What a server's refusal means and what to change, as an error to throw. The server's words weigh more than its
 * status: the same refusal comes as 400 from one server and as 500 from another.
 */
export function explainFailure(response: FailedResponse): ModelError {
  const { status, body, endpoint, model, attempts } = response;
  if (looksLikeHtml(body)) return explainWebPage(response);
  const error = readError(body);
  const known = findServerMessage(`${error.type} ${error.words}`);
  const meaning = known ?? meaningOfStatus(status);
  const retryAfterMs = readRetryAfter(response.headers);
  const details: ModelErrorDetails = {
    ...(meaning.kind !== undefined && { kind: meaning.kind }),
    ...(meaning.cure !== undefined && { cure: fillIn(meaning.cure, { endpoint, model }) }),
    status,
    ...(attempts !== undefined && { attempts }),
    serverMessage: shortenMessage(error.words),
    ...(error.type !== '' && { serverType: error.type }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(meaning.kind === 'context-overflow' && readContextSize(error.fields, error.words)),
  };
  const words = error.words === '' ? 'without a word' : `"${shortenMessage(error.words)}"`;
  return new ModelError(meaning.code, `${endpoint} answered ${status}: ${words}.`, details);
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
      cure: 'Check the name "{model}" and the address; `GET {endpoint}/models` lists what is served, and a base URL mostly ends with /v1.',
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
      cure: '{endpoint} does not serve /chat/completions: check the base URL.',
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
      cure: 'It points elsewhere: give the address that it points to as `baseURL`.',
    };
  }
  return {
    code: 'model_refused',
    kind: 'not-an-api',
    cure: 'That is no chat completion: check the base URL, which mostly ends with /v1.',
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
        ? 'A gateway before the server failed.'
        : 'The base URL is not that of an API: it mostly ends with /v1.',
    },
  );
}

function looksLikeHtml(body: string): boolean {
  return /^\s*<(!doctype|html|head|body)/i.test(body);
}

interface ServerError {
  readonly words: string;
  readonly type: string;
  readonly fields: JsonValue;
}

/** Reads `{"error":{…}}`, `{"error":"…"}`, the flat `{"message":…}`, `{"detail":…}`, and an error sent as an event. */
function readError(body: string): ServerError {
  const text = body.replace(/^\s*event:[^\n]*\n+data:\s*/, '').trim();
  const parsed = parseJson(text) ?? null;
  const outer: JsonValue = Array.isArray(parsed) ? (parsed[0] ?? null) : parsed;
  if (!isJsonObject(outer)) return { words: textOf(outer, text), type: '', fields: null };
  const fields = outer.error ?? outer;
  if (!isJsonObject(fields)) return { words: textOf(fields, text), type: '', fields };
  const { message, detail, type, code } = fields;
  return {
    words: textOf(message ?? detail ?? null, text),
    type: [type, code].find((value) => typeof value === 'string' && value !== '')?.toString() ?? '',
    fields,
  };
}

function textOf(value: JsonValue, otherwise: string): string {
  if (typeof value === 'string') return value;
  return value === null ? otherwise : JSON.stringify(value);
}

function fillIn(cure: string, values: { endpoint: string; model: string }): string {
  return cure.replaceAll('{endpoint}', values.endpoint).replaceAll('{model}', values.model);
}

function shortenMessage(text: string): string {
  return shorten(text.trim(), 500);
}
