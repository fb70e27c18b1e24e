import type { ErrorCode } from './error-catalogue.ts';
import { setKind } from './error-kind.ts';

/**
 * The state of a failed run. Its fields are those of `RunStateJson`, which `run/saved/saved-state.ts` adds, because this file is in
 * a lower layer.
 */
// biome-ignore lint/suspicious/noEmptyInterface: an interface can get fields from another file.
export interface FailedRunState {}

/**
 * Base of everything that Turnwise throws on purpose. Test `code`, never `message`. `instanceof` also recognises the errors
 * of another copy of this package.
 */
export class TurnwiseError extends Error {
  /** The stable name of what happened. */
  readonly code: ErrorCode;
  #state: FailedRunState | undefined;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }

  /**
   * State of the run that failed, as plain JSON: `agent.resume(state)` retries from there. `undefined` if no run had started.
   * It contains the conversation, so it is not enumerable: `console.log` and `JSON.stringify` do not print it.
   */
  get state(): FailedRunState | undefined {
    return this.#state;
  }

  set state(state: FailedRunState | undefined) {
    this.#state = state;
  }
}
setKind(TurnwiseError, 'TurnwiseError');

/** A schema that cannot be used. `path` is the part that is wrong, such as `#/properties/days`. */
export class SchemaError extends TurnwiseError {
  /** JSON pointer of the part that is wrong. */
  readonly path: string;
  /** What is wrong, and what to use instead. */
  readonly reason: string;

  /** `what` names the schema for the message, such as `The schema of tool "search"`. */
  constructor(path: string, reason: string, options?: ErrorOptions, what = 'Schema') {
    super('invalid_schema', `${what} cannot be used at "${path}": ${reason}`, options);
    this.path = path;
    this.reason = reason;
  }
}
setKind(SchemaError, 'SchemaError');

/** A conversation whose messages are in the wrong order. `index` is the position of the message or turn that is wrong. */
export class TurnOrderError extends TurnwiseError {
  /** Position of the turn or message that is wrong, from 0. */
  readonly index: number;

  constructor(index: number, reason: string) {
    super('turn_order', `Turn ${index} is out of order: ${reason}`);
    this.index = index;
  }
}
setKind(TurnOrderError, 'TurnOrderError');

/**
 * The cause of a failed request, recognised by the server's error message. More exact than the code, but best effort:
 * it is missing if the message is not known.
 */
export type ModelErrorKind =
  | 'alternation'
  | 'attestation'
  | 'broken-reply'
  | 'cache-salt'
  | 'content-filter'
  | 'content-part'
  | 'context-overflow'
  | 'developer-role'
  | 'empty-content'
  | 'endpoint-unsupported'
  | 'field-unsupported'
  | 'image-invalid'
  | 'image-unsupported'
  | 'image-url'
  | 'loading'
  | 'max-tokens'
  | 'max-tokens-field'
  | 'model-not-found'
  | 'no-model'
  | 'not-an-api'
  | 'quota'
  | 'rate-limit'
  | 'reply-too-large'
  | 'response-format-unsupported'
  | 'request-refused'
  | 'schema-unsupported'
  | 'several-calls'
  | 'several-choices'
  | 'stream-options'
  | 'streaming-required'
  | 'streaming-unsupported'
  | 'template'
  | 'timeout'
  | 'tls'
  | 'too-large'
  | 'tool-choice-unsupported'
  | 'tool-name'
  | 'tool-streaming'
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
  /** The field of the request that the server refused, such as `seed`, if it named one. */
  readonly field?: string;
  /** How many times the request was sent. */
  readonly attempts?: number;
  /** Context window in tokens, if the server reported it. */
  readonly contextWindow?: number;
  /** Tokens of the prompt, if the server reported them. */
  readonly promptTokens?: number;
  /** The reply of the model, if no part of it could be used. Not enumerable, because it is a part of the conversation. */
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
    this.details = withHiddenReply(details);
  }
}
setKind(ModelError, 'ModelError');

function withHiddenReply({ reply, ...details }: ModelErrorDetails): ModelErrorDetails {
  return reply === undefined ? details : Object.defineProperty(details, 'reply', { value: reply });
}

/** An answer that did not match its schema after every retry. */
export class OutputInvalidError extends TurnwiseError {
  /** The last text of the model. Not enumerable, because it is a part of the conversation. */
  declare readonly text: string;
  /** What is wrong with the text, each with its path. */
  readonly issues: readonly string[];

  constructor(attempts: number, text: string, issues: readonly string[]) {
    super(
      'output_invalid',
      `No valid output after ${attempts} attempts: ${issues.slice(0, 5).join('; ')}`,
    );
    Object.defineProperty(this, 'text', { value: text });
    this.issues = issues;
  }
}
setKind(OutputInvalidError, 'OutputInvalidError');

/** Why an engine stopped a run without ending it. */
export type EngineStopReason = 'suspended' | 'lease_lost' | 'non_determinism' | 'store_failed';

const engineStops: Readonly<Record<EngineStopReason, string>> = {
  suspended: 'The run was suspended. Continue it with the engine that recorded it.',
  lease_lost: 'Another process has taken over the run.',
  non_determinism:
    'The run asks for other effects than those that were recorded. Continue it with the code that started it.',
  store_failed: 'The store of the run failed.',
};

/**
 * Stops a run without ending it: `run.suspend()` and engines throw it. It passes through the loop untouched. No event reports
 * it, and it has no `state`: what the run has recorded so far is the way to continue it.
 */
export class EngineStop extends TurnwiseError {
  readonly reason: EngineStopReason;

  constructor(
    reason: EngineStopReason,
    message: string = engineStops[reason],
    options?: ErrorOptions,
  ) {
    super('engine_stopped', message, options);
    this.reason = reason;
  }
}
setKind(EngineStop, 'EngineStop');

/** What a run fails with: the error itself, or `run_failed` with the thrown value as its cause. Never throws. */
export function toRunError(thrown: unknown): TurnwiseError {
  if (thrown instanceof TurnwiseError) return thrown;
  return new TurnwiseError('run_failed', toError(thrown).message, { cause: thrown });
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
