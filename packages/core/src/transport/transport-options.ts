import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type OptionChecks, option } from '../options.ts';
import type { Timeouts } from './deadline.ts';
import { type RetryOptions, type RetryPlan, toRetryPlan } from './retry-budget.ts';
import type { Dispatcher } from './undici-fetch.ts';

/** Address, credentials and limits of a transport. */
export interface OpenAITransportOptions {
  /** URL of the API without `/chat/completions`; it usually ends with `/v1`. */
  readonly baseURL: string;
  /** The id of the model on the server. */
  readonly model: string;
  /** Sent as `Authorization: Bearer …`. Without it the header is not sent. */
  readonly apiKey?: string | undefined;
  /** Additional headers for every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Fields for this server only, merged into the body of every request. */
  readonly extraBody?: JsonObject | undefined;
  /** Your own `fetch`, used in place of the built-in one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Your own undici dispatcher, such as an `Agent` with client certificates. Not used together with `fetch`. */
  readonly dispatcher?: Dispatcher | undefined;
  readonly timeouts?: Timeouts | undefined;
  readonly retry?: RetryOptions | undefined;
  /** Requests that may run at the same time; more wait in a queue. Also the size of the connection pool. @default unlimited */
  readonly maxConcurrent?: number | undefined;
  /** The most bytes of one reply. A larger reply fails with `model_failed`. @default 67108864 (64 MiB) */
  readonly maxReplyBytes?: number | undefined;
}

/** Checked options of a transport, with defaults filled in. */
export interface TransportSettings {
  /** The base URL without query and trailing slash. */
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  readonly plan: RetryPlan;
  readonly maxReplyBytes: number;
}

const timeouts: OptionChecks<Timeouts> = {
  totalMs: option.number({ min: 1 }),
  firstTokenMs: option.number({ min: 1 }),
  betweenTokensMs: option.number({ min: 1 }),
};

const retry: OptionChecks<RetryOptions> = {
  maxRetries: option.number({ min: 0 }),
  firstDelayMs: option.number({ min: 0 }),
  maxDelayMs: option.number({ min: 0 }),
  maxRetryAfterMs: option.number({ min: 0 }),
  maxLoadingMs: option.number({ min: 0 }),
};

/** The checks of each option; {@link checkTransportOptions} checks what these cannot. */
export const transportOptionChecks: OptionChecks<OpenAITransportOptions> = {
  baseURL: option.text,
  model: option.text,
  apiKey: option.text,
  headers: option.dictionary,
  extraBody: option.dictionary,
  fetch: option.func,
  dispatcher: option.any,
  timeouts: option.object(timeouts),
  retry: option.object(retry),
  maxConcurrent: option.whole(1),
  maxReplyBytes: option.whole(1),
};

/** Checks the address, the headers and the extra fields, and fills in defaults. Throws `invalid_options`. */
export function checkTransportOptions(options: OpenAITransportOptions): TransportSettings {
  if (options.model.trim() === '') throw invalid('`model` is empty. Name the model to use.');
  checkHeaders(options.headers ?? {});
  checkApiKey(options.apiKey ?? '');
  checkExtraBody('extraBody', options.extraBody);
  const { maxReplyBytes = 64 * 1024 * 1024 } = options;
  return { ...checkBaseURL(options.baseURL), plan: toRetryPlan(options.retry), maxReplyBytes };
}

/** Throws `invalid_options` if `extraBody` has a field that the run sets itself, because its value would be sent unchecked. */
export function checkExtraBody(name: string, extraBody: JsonObject = {}): void {
  const taken = ownFields.find((field) => Object.hasOwn(extraBody, field));
  if (taken === undefined) return;
  throw invalid(
    `${name} contains "${taken}". The run sets this field itself. Remove it from ${name}.`,
  );
}

/** Fields that the turn rules check, or that decide how the reply is parsed. */
const ownFields = ['messages', 'tools', 'tool_choice', 'response_format', 'stream', 'n'];

function checkBaseURL(baseURL: string): Pick<TransportSettings, 'endpoint' | 'query'> {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(
      `\`baseURL\` "${baseURL.replace(/\?.*$/s, '')}" is not an http address. Example: "http://localhost:8080/v1".`,
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('`baseURL` contains a user name or a password. Use `apiKey` or `headers`.');
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith('/chat/completions')) {
    throw invalid('`baseURL` ends with /chat/completions. Remove that part.');
  }
  return { endpoint: url.origin + path, query: Object.fromEntries(url.searchParams) };
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  try {
    new Headers(headers);
  } catch {
    // The error of Headers contains the value, which can be a secret.
    throw invalid(
      '`headers` contains a name or a value that is not allowed in HTTP. Check for line breaks and characters outside Latin-1.',
    );
  }
}

function checkApiKey(apiKey: string): void {
  try {
    new Headers({ authorization: `Bearer ${apiKey}` });
  } catch {
    throw invalid(
      '`apiKey` contains a character that is not allowed in HTTP. Check for line breaks and characters outside Latin-1.',
    );
  }
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
