import { TurnwiseError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import type { Timeouts } from './deadline.ts';
import type { Dispatcher } from './undici-fetch.ts';
import { type RetryOptions, type RetryPlan, toRetryPlan } from './with-retries.ts';

/** Where and how a transport reaches a model. */
export interface OpenAITransportOptions {
  /** Address of the API up to and without `/chat/completions`; mostly it ends with `/v1`. */
  readonly baseURL: string;
  /** The id that the server knows the model by. */
  readonly model: string;
  /** Sent as `Authorization: Bearer …`; no such header is sent without it. */
  readonly apiKey?: string;
  /** Further headers of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Fields laid over the body of every request, for this server alone. */
  readonly extraBody?: JsonObject;
  /** A `fetch` of your own, in place of the built-in one. */
  readonly fetch?: typeof globalThis.fetch;
  /** An undici dispatcher of your own, such as an `Agent` with client certificates. Not used with `fetch`. */
  readonly dispatcher?: Dispatcher;
  readonly timeouts?: Timeouts;
  readonly retry?: RetryOptions;
  /** Requests at once; further ones wait their turn. Also the size of the pool of connections. @default unlimited */
  readonly maxConcurrent?: number;
}

/** The options of a transport, checked and completed. */
export interface TransportSettings {
  /** The address without query or trailing slash. */
  readonly endpoint: string;
  readonly query: Readonly<Record<string, string>>;
  readonly plan: RetryPlan;
}

/** Checks options at the time they are given. Throws `invalid_options`, naming the option. */
export function checkTransportOptions(options: OpenAITransportOptions): TransportSettings {
  if (options.model.trim() === '') throw invalid('`model` is empty. Name the model to use.');
  checkHeaders(options.headers ?? {});
  checkExtraBody('extraBody', options.extraBody);
  const { totalMs, firstTokenMs, betweenTokensMs } = options.timeouts ?? {};
  checkNumbers({ totalMs, firstTokenMs, betweenTokensMs }, { option: 'timeouts', least: 1 });
  const plan = toRetryPlan(options.retry);
  checkNumbers({ ...plan }, { option: 'retry', least: 0 });
  const { maxConcurrent } = options;
  if (maxConcurrent !== undefined && !(Number.isInteger(maxConcurrent) && maxConcurrent >= 1)) {
    throw invalid(`\`maxConcurrent\` is ${maxConcurrent}. Give a whole number from 1.`);
  }
  return { ...checkBaseURL(options.baseURL), plan };
}

/** Throws `invalid_options` for extra fields that the run writes itself: what stands there would leave unchecked. */
export function checkExtraBody(option: string, extraBody: JsonObject = {}): void {
  const taken = ownFields.find((field) => Object.hasOwn(extraBody, field));
  if (taken === undefined) return;
  throw invalid(
    `${option} has "${taken}", which the run writes itself: what stands there would leave unchecked.`,
  );
}

/** Fields of a request that the turn rules are about, or that the reading of the reply goes by. */
const ownFields = ['messages', 'tools', 'tool_choice', 'response_format', 'stream', 'n'];

function checkBaseURL(baseURL: string): Pick<TransportSettings, 'endpoint' | 'query'> {
  const url = URL.canParse(baseURL) ? new URL(baseURL) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid(`\`baseURL\` "${baseURL}" is no http address. Try "http://localhost:8080/v1".`);
  }
  if (url.username !== '' || url.password !== '') {
    throw invalid('`baseURL` holds a user or a password. Use `apiKey` or `headers`.');
  }
  const path = url.pathname.replace(/\/+$/, '');
  if (path.endsWith('/chat/completions')) {
    throw invalid('`baseURL` ends with /chat/completions. Leave that part off.');
  }
  return { endpoint: url.origin + path, query: Object.fromEntries(url.searchParams) };
}

function checkHeaders(headers: Readonly<Record<string, string>>): void {
  try {
    new Headers(headers);
  } catch (error) {
    throw invalid('`headers` holds a name or a value that HTTP cannot carry.', { cause: error });
  }
}

function checkNumbers(
  values: Readonly<Record<string, number | undefined>>,
  { option, least }: { option: string; least: number },
): void {
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && !(value >= least)) {
      throw invalid(`\`${option}.${name}\` is ${value}. Give a number from ${least}.`);
    }
  }
}

function invalid(message: string, options?: ErrorOptions): TurnwiseError {
  return new TurnwiseError('invalid_options', message, options);
}
