import type { JsonValue } from './json.ts';

/** Every error code of Turnwise, with its meaning. The codes are stable; the messages may change. */
export const errorCatalogue = {
  invalid_options: 'The program passed an option that cannot work.',
  invalid_tool: 'A tool was defined in a way that no model could call.',
  duplicate_tool: 'Two tools of one agent have the same name.',
  invalid_schema: 'A schema cannot be converted to JSON Schema, or this server cannot use it.',
  invalid_image: 'A file could not be read, is not an image, or is too large.',
  invalid_state: 'A saved state or transcript cannot be continued.',
  turn_order: 'The messages of a conversation are in an order that the model does not accept.',
  model_unreachable: 'No connection to the model endpoint.',
  model_unauthorized: 'The endpoint did not accept the key.',
  model_not_found: 'The endpoint does not serve that model.',
  model_refused: 'The endpoint refused the request; the same request will be refused again.',
  model_overloaded: 'The endpoint was overloaded or failing, even after every retry.',
  model_timeout: 'The model did not answer in time.',
  model_failed: 'The endpoint sent a broken reply, or failed in a way that has no code of its own.',
  model_output: 'The replies of the model could not be used, even after asking again.',
  context_overflow: 'The prompt does not fit the context window.',
  run_failed: 'A function that the program passed to a run threw an error; see `cause`.',
  network_refused: 'The network guard does not allow an address.',
  output_invalid: 'The answer does not match the output schema, even after every retry.',
} as const;

/** The stable name of an error. {@link errorCatalogue} has the meaning of each. */
export type ErrorCode = keyof typeof errorCatalogue;

/** Base of everything that Turnwise throws on purpose. Test `code`, never `message`. */
export class TurnwiseError extends Error {
  /** The stable name of what happened. */
  readonly code: ErrorCode;
  /** State of the run that failed, as plain JSON: `agent.resume(state)` retries from there. Missing if no run had started. */
  state?: JsonValue;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** A schema that cannot be used. `path` is the part that is wrong, such as `#/properties/days`. */
export class SchemaError extends TurnwiseError {
  /** JSON pointer of the part that is wrong. */
  readonly path: string;
  /** What is wrong, and what to use instead. */
  readonly reason: string;

  constructor(path: string, reason: string, options?: ErrorOptions) {
    super('invalid_schema', `Schema cannot be used at "${path}": ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}

/** A conversation whose messages are in the wrong order. `index` is the position of the message or turn that is wrong. */
export class TurnOrderError extends TurnwiseError {
  /** Position of the turn or message that is wrong, from 0. */
  readonly index: number;

  constructor(index: number, reason: string) {
    super('turn_order', `Turn ${index} is out of order: ${reason}`);
    this.index = index;
  }
}

/**
 * The cause of a failed request, recognised by the server's error message. More exact than the code, but best effort:
 * it is missing if the message is not known.
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
  | 'reply-too-large'
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

/** What is known about a failed request to a model endpoint. */
export interface ModelErrorDetails {
  /** The cause, if the server's message is known. */
  readonly kind?: ModelErrorKind;
  /** What to change so that it works. */
  readonly cure?: string;
  /** HTTP status, if there was a response. */
  readonly status?: number;
  /** The server's own message, shortened to 500 characters. */
  readonly serverMessage?: string;
  /** The server's own error type, such as `BadRequestError`. */
  readonly serverType?: string;
  /** Milliseconds that the server asked to wait before the next request. */
  readonly retryAfterMs?: number;
  /** How many times the request was sent. */
  readonly attempts?: number;
  /** Context window in tokens, if the server reported it. */
  readonly contextWindow?: number;
  /** Tokens of the prompt, if the server reported them. */
  readonly promptTokens?: number;
  /** The reply of the model, if no part of it could be used. */
  readonly reply?: string;
}

/** The codes that a {@link ModelError} can have. */
export type ModelErrorCode = Extract<ErrorCode, `model_${string}` | 'context_overflow'>;

/** A request to a model that failed. The message has the server's own message and what to change. */
export class ModelError extends TurnwiseError {
  /** What is known about the request. */
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

/** An answer that did not match its schema after every retry. */
export class OutputInvalidError extends TurnwiseError {
  /** The last text of the model. */
  readonly text: string;
  /** What is wrong with the text, each with its path. */
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

/** Converts any thrown value to an Error. Never throws. */
export function toError(thrown: unknown): Error {
  if (isReadableError(thrown)) return thrown;
  return new Error(describeThrown(thrown), { cause: thrown });
}

/** A proxy or a getter can throw when its prototype or its message is read. */
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
    // An error of another realm is not an instance of the Error of this realm.
    const message: unknown = Reflect.get(Object(thrown), 'message');
    if (typeof message === 'string') return message;
    return JSON.stringify(thrown) ?? String(thrown);
  } catch {
    return `A value of type ${typeof thrown} was thrown that cannot be printed.`;
  }
}
