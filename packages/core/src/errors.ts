import type { JsonValue } from './json.ts';

/**
 * Every error that Turnwise throws on purpose, with whose move is next.
 * The codes are stable; the messages may be reworded.
 */
export const errorCatalogue = {
  invalid_options: 'The program passed an option that cannot work.',
  invalid_tool: 'A tool was defined in a way that no model could call.',
  duplicate_tool: 'Two tools of one agent have the same name.',
  invalid_schema: 'A schema cannot be said as JSON Schema, or not to this server.',
  invalid_image: 'An image could not be read, is none, or is too large.',
  invalid_state: 'A saved state or transcript cannot be continued.',
  turn_order: 'A conversation breaks the turn law.',
  model_unreachable: 'No connection to the model endpoint.',
  model_unauthorized: 'The endpoint did not accept the key.',
  model_not_found: 'The endpoint does not serve that model.',
  model_refused: 'The endpoint refused the request; the same request will be refused again.',
  model_overloaded: 'The endpoint was overloaded or failing, also after every retry.',
  model_timeout: 'The model did not answer in time.',
  model_failed: 'The endpoint failed in a way that no other code names.',
  model_output: 'The model answered with nothing usable, also when asked again.',
  context_overflow: 'The prompt does not fit the context window.',
  run_failed: 'A function that the program passed to a run threw; see the cause.',
  network_refused: 'An address that the network guard does not allow.',
  output_invalid: 'The answer does not fit the output schema, also after every retry.',
} as const;

/** The stable name of an error; see {@link errorCatalogue} for what each means. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Base of everything that Turnwise throws on purpose. Test `code`, never `message`. */
export class TurnwiseError extends Error {
  /** Stable name of what happened. */
  readonly code: ErrorCode;
  /** Plain JSON of the run that failed, where one had begun: `agent.resume(state)` retries from there. */
  state?: JsonValue;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A schema that cannot be used. `path` names the offending part, such as `#/properties/days`. */
export class SchemaError extends TurnwiseError {
  /** JSON pointer of the offending part. */
  readonly path: string;
  /** What is wrong there, and what to use instead. */
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super('invalid_schema', `Schema cannot be used at "${path}": ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** A conversation that breaks the turn law. `index` is the place of the offending message or turn. */
export class TurnOrderError extends TurnwiseError {
  /** Position of the turn or wire message that does not fit, from 0. */
  readonly index: number;

  constructor(index: number, reason: string) {
    super('turn_order', `Turn ${index} breaks the turn law: ${reason}`);
    this.index = index;
  }
}

/**
 * What a failed exchange was about, read out of the server's words. Finer than the code, and no promise:
 * a server that words it differently gives none.
 */
export type ModelErrorKind =
  | 'alternation'
  | 'attestation'
  | 'broken-reply'
  | 'cache-salt'
  | 'content-part'
  | 'context-overflow'
  | 'developer-role'
  | 'endpoint-unsupported'
  | 'image-invalid'
  | 'image-unsupported'
  | 'image-url'
  | 'loading'
  | 'max-tokens'
  | 'model-not-found'
  | 'no-model'
  | 'not-an-api'
  | 'quota'
  | 'rate-limit'
  | 'response-format-unsupported'
  | 'request-refused'
  | 'schema-unsupported'
  | 'several-choices'
  | 'stream-options'
  | 'template'
  | 'timeout'
  | 'tls'
  | 'too-large'
  | 'tool-choice-unsupported'
  | 'tools-invalid'
  | 'tools-unsupported'
  | 'tools-with-schema'
  | 'unauthorized'
  | 'unreachable';

/** What is known of a failed exchange with a model endpoint. */
export interface ModelErrorDetails {
  /** What it was about, where the server's words told. */
  readonly kind?: ModelErrorKind;
  /** What to change so that it works. */
  readonly cure?: string;
  /** HTTP status, where there was a response. */
  readonly status?: number;
  /** The server's own words, shortened to 500 characters. */
  readonly serverMessage?: string;
  /** The server's own error type, such as `BadRequestError`. */
  readonly serverType?: string;
  /** Milliseconds that the server asked to wait before the next request. */
  readonly retryAfterMs?: number;
  /** How many times the request was sent. */
  readonly attempts?: number;
  /** Context window in tokens, where the server named it. */
  readonly contextWindow?: number;
  /** Tokens of the prompt, where the server named them. */
  readonly promptTokens?: number;
  /** What the model said, where nothing of it could be used. */
  readonly reply?: string;
}

/** The codes that a {@link ModelError} can have. */
export type ModelErrorCode = Extract<ErrorCode, `model_${string}` | 'context_overflow'>;

/** A request to a model that failed. The message names the endpoint's words and the cure. */
export class ModelError extends TurnwiseError {
  /** What is known of the exchange. */
  readonly details: ModelErrorDetails;

  constructor(
    code: ModelErrorCode,
    what: string,
    details: ModelErrorDetails = {},
    options?: ErrorOptions,
  ) {
    super(code, details.cure === undefined ? what : `${what} ${details.cure}`, options);
    this.details = details;
  }
}

/** An answer that did not fit its schema after every retry. */
export class OutputInvalidError extends TurnwiseError {
  /** The last text of the model. */
  readonly text: string;
  /** What is wrong with it, each with its path. */
  readonly issues: readonly string[];

  constructor(attempts: number, text: string, issues: readonly string[]) {
    super(
      'output_invalid',
      `No valid output after ${attempts} attempts: ${issues.slice(0, 5).join('; ')}`,
    );
    this.text = text;
    this.issues = issues;
  }
}

/** Whatever was thrown, as an Error. Never throws itself. */
export function toError(thrown: unknown): Error {
  if (isReadableError(thrown)) return thrown;
  return new Error(describeThrown(thrown), { cause: thrown });
}

/** Asking what something is, or for its message, can throw too. */
function isReadableError(thrown: unknown): thrown is Error {
  try {
    return thrown instanceof Error && typeof thrown.message === 'string';
  } catch {
    return false;
  }
}

function describeThrown(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  try {
    // An error of another realm is no instance of this one's Error.
    const message: unknown = Reflect.get(Object(thrown), 'message');
    if (typeof message === 'string') return message;
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return `A ${typeof thrown} was thrown that cannot be shown.`;
  }
}
