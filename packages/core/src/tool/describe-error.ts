import { toError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { toPlainJson } from './to-plain-json.ts';

/** A text for what a tool threw; never empty. Never throws. */
export function describeThrown(thrown: unknown): string {
  try {
    return describe(thrown);
  } catch {
    return cannotBeRead;
  }
}

/** A proxy or a getter of the value itself threw. */
const cannotBeRead = 'it threw a value that cannot be read';

function describe(thrown: unknown): string {
  if (thrown === undefined || thrown === null) return `it threw ${String(thrown)}, not an Error`;
  const { message, cause, name } = toError(thrown);
  if (message.trim() !== '') return message;
  const inner = innerErrors(thrown).map(describe);
  if (inner.length > 0) return inner.join('; ');
  return cause === undefined || cause === thrown ? `${name} without a message` : describe(cause);
}

/** The errors that an error combines, as an `AggregateError` does. */
function innerErrors(thrown: unknown): readonly unknown[] {
  const errors: unknown =
    typeof thrown === 'object' && thrown !== null && Reflect.get(thrown, 'errors');
  return Array.isArray(errors) ? errors.slice(0, maxErrors) : [];
}

const maxErrors = 5;
/** A cause can contain itself. */
const maxCauses = 5;

/** What a tool threw as JSON for the program: name, message, code, and the causes. Never throws. */
export function thrownToJson(thrown: unknown): JsonObject {
  try {
    return toJson(thrown, 0);
  } catch {
    return { name: 'Error', message: cannotBeRead };
  }
}

function toJson(thrown: unknown, depth: number): JsonObject {
  const { name, message, cause } = toError(thrown);
  const { code } = Object(thrown) as { readonly code?: unknown };
  const errors = depth < maxCauses ? innerErrors(thrown) : [];
  return {
    name,
    message,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    ...(cause === undefined || cause === thrown ? {} : { cause: causeToJson(cause, depth) }),
    ...(errors.length === 0 ? {} : { errors: errors.map((each) => toJson(each, depth + 1)) }),
  };
}

function causeToJson(cause: unknown, depth: number): JsonValue {
  if (cause instanceof Error) return depth < maxCauses ? toJson(cause, depth + 1) : cause.message;
  try {
    return toPlainJson(cause);
  } catch {
    return toError(cause).message;
  }
}
