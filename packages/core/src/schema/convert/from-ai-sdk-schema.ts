import { SchemaError } from '../../errors.ts';
import { isJsonObject } from '../../json.ts';
import { isPromiseLike } from '../../promise-like.ts';
import type { Schema, Validation } from '../schema.ts';
import { readJsonSchema } from './read-json-schema.ts';

/** A schema of the AI SDK, as `jsonSchema()` and `zodSchema()` of the package `ai` return it: the fields that are used. */
export interface AiSdkSchema {
  readonly jsonSchema: unknown;
  readonly validate?: ((value: unknown) => unknown) | undefined;
}

/** Whether a value is a schema of the AI SDK. */
export function isAiSdkSchema(source: object): source is AiSdkSchema {
  return 'jsonSchema' in source && (Symbol.for('vercel.ai.schema') in source || '_type' in source);
}

/**
 * A schema of the AI SDK as a {@link Schema}: a value must match the JSON Schema, then its own `validate`, if it has one.
 * Throws {@link SchemaError} if the JSON Schema is a promise or is not valid.
 */
export function fromAiSdkSchema(source: AiSdkSchema): Schema {
  const { jsonSchema } = source;
  if (!isJsonObject(jsonSchema) || isPromiseLike(jsonSchema)) {
    throw new SchemaError(
      '#',
      'this schema of the AI SDK has no JSON Schema yet. Pass its JSON Schema itself, after it was loaded.',
    );
  }
  const schema = readJsonSchema(jsonSchema);
  if (typeof source.validate !== 'function') return schema;
  return {
    jsonSchema: schema.jsonSchema,
    validate: (value) => {
      const checked = schema.validate(value) as Validation<unknown>;
      // A check may write into the value, such as a default, and the arguments of a call are frozen.
      return checked.ok ? validateOwn(source, structuredClone(value)) : checked;
    },
  };
}

function validateOwn(
  source: AiSdkSchema,
  value: unknown,
): Validation<unknown> | Promise<Validation<unknown>> {
  try {
    const result = source.validate?.(value);
    if (isPromiseLike(result)) return Promise.resolve(result).then(toValidation).catch(refused);
    return toValidation(result);
  } catch (thrown) {
    return refused(thrown);
  }
}

function toValidation(result: unknown): Validation<unknown> {
  if (!isJsonObject(result)) return refused('the check returned no result');
  const { success, value, error } = result as Readonly<Record<string, unknown>>;
  return success === true ? { ok: true, value } : refused(error);
}

function refused(reason: unknown): Validation<never> {
  const message = reason instanceof Error ? reason.message : String(reason ?? 'the check failed');
  return { ok: false, issues: [{ path: '', message }] };
}
