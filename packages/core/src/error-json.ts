import { isNativeError } from 'node:util/types';
import { type ErrorCode, errorCatalogue } from './error-catalogue.ts';
import {
  EngineStop,
  type EngineStopReason,
  ModelError,
  type ModelErrorCode,
  type ModelErrorDetails,
  OutputInvalidError,
  SchemaError,
  TurnOrderError,
  TurnwiseError,
  toError,
} from './errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';

/** An error as plain JSON. The fields besides these are those of its class. */
export interface ErrorJson extends JsonObject {
  /** The class of an error of Turnwise, and the `name` of any other error. */
  readonly name: string;
  readonly message: string;
}

/**
 * An error as plain JSON, from which `errorFromJson` creates an equal one: class, code, message, details, and the causes. The
 * state of a run is not included. It has parts of the conversation, such as the last reply. Never throws.
 */
export function errorToJson(thrown: unknown): ErrorJson {
  return toJson(thrown, 0);
}

/** Causes that are kept: a cause can contain itself. */
const maxCauses = 5;

function toJson(thrown: unknown, depth: number): ErrorJson {
  // Errors of Node can belong to another realm, for example in a test runner.
  const error = isNativeError(thrown) ? thrown : toError(thrown);
  const { name, message, cause } = error;
  const { code } = error as { readonly code?: unknown };
  const hasCause = isNativeError(cause) && cause !== error && depth < maxCauses;
  return {
    name: String(name),
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...fieldsOf(error),
    ...(hasCause ? { cause: toJson(cause, depth + 1) } : {}),
  };
}

function fieldsOf(error: Error): JsonObject {
  if (error instanceof SchemaError) return { path: error.path, reason: error.reason };
  if (error instanceof TurnOrderError) return { index: error.index };
  if (error instanceof EngineStop) return { reason: error.reason };
  if (error instanceof OutputInvalidError) return { text: error.text, issues: error.issues };
  if (!(error instanceof ModelError)) return {};
  const { reply, ...shown } = { reply: error.details.reply, ...error.details };
  // Missing details are `undefined`, which JSON has not.
  const details: JsonValue = JSON.parse(JSON.stringify({ ...shown, reply }));
  return { details };
}

/**
 * The error that `errorToJson` was given, with the same class if it is one of Turnwise, and otherwise an `Error` with the same
 * name, code and message. Its stack is that of this call. Never throws: a value that is not such JSON becomes an error that
 * shows it.
 */
export function errorFromJson(json: unknown): Error {
  if (!isJsonObject(json) || typeof json.message !== 'string') return toError(json);
  const { name, message, cause } = json;
  const error = create(json, cause === undefined ? {} : { cause: errorFromJson(cause) });
  // The constructors of some classes build the message from their fields.
  define(error, 'message', message);
  if (typeof name === 'string' && error.name !== name) define(error, 'name', name);
  return error;
}

function create(json: JsonObject, options: ErrorOptions): Error {
  const message = String(json.message);
  const code = isCode(json.code) ? json.code : undefined;
  if (code === undefined) return withCode(new Error(message, options), json.code);
  switch (json.name) {
    case 'SchemaError':
      return new SchemaError(String(json.path), String(json.reason), options);
    case 'TurnOrderError':
      return new TurnOrderError(Number(json.index), message);
    case 'EngineStop':
      return new EngineStop(json.reason as EngineStopReason, message, options);
    case 'OutputInvalidError':
      return new OutputInvalidError(0, String(json.text), toTexts(json.issues));
    case 'ModelError':
      return new ModelError(
        code as ModelErrorCode,
        message,
        // Each detail was one of a ModelError.
        (isJsonObject(json.details) ? { ...json.details } : {}) as ModelErrorDetails,
        options,
      );
    default:
      return new TurnwiseError(code, message, options);
  }
}

function isCode(code: JsonValue | undefined): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCatalogue, code);
}

/** Errors of Node and of other libraries have codes of their own. */
function withCode(error: Error, code: JsonValue | undefined): Error {
  return code === undefined ? error : Object.assign(error, { code });
}

function toTexts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function define(error: Error, field: 'message' | 'name', value: string): void {
  Object.defineProperty(error, field, {
    value,
    writable: true,
    enumerable: false,
    configurable: true,
  });
}
