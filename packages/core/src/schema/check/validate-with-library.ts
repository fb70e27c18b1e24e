import { toError } from '../../errors.ts';
import type { JsonValue } from '../../json.ts';
import type { Validation } from '../schema.ts';
import { toSchemaIssues } from './library-issues.ts';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';

/**
 * Validates a value with the schema's own library, synchronously if the library does.
 * Never throws and never rejects: if a check of the user throws, the result is an issue.
 */
export function validateStandard<Output>(
  schema: StandardSchema<unknown, Output>,
  value: JsonValue,
): Validation<Output> | Promise<Validation<Output>> {
  try {
    const result = schema['~standard'].validate(value);
    if (!('then' in result)) return toValidation(result, value);
    return result.then((settled) => toValidation(settled, value)).catch(failedCheck);
  } catch (thrown) {
    return failedCheck(thrown);
  }
}

/** A zod schema of any version that can validate asynchronously. */
export interface AsyncParser<Output> {
  safeParseAsync(value: unknown): Promise<ParseResult<Output>>;
}

/** The result of zod's `safeParseAsync`. */
export type ParseResult<Output> =
  | { readonly success: true; readonly data: Output }
  | { readonly success: false; readonly error: { readonly issues: readonly StandardIssue[] } };

/** Validates a value with a zod schema that may have asynchronous checks. Never rejects. */
export async function validateAsync<Output>(
  schema: AsyncParser<Output>,
  value: JsonValue,
): Promise<Validation<Output>> {
  try {
    const result = await schema.safeParseAsync(value);
    if (result.success) return { ok: true, value: result.data };
    return toValidation({ issues: result.error.issues }, value);
  } catch (thrown) {
    return failedCheck(thrown);
  }
}

function toValidation<Output>(
  result: StandardResult<Output>,
  value: JsonValue,
): Validation<Output> {
  if (result.issues !== undefined)
    return { ok: false, issues: toSchemaIssues(result.issues, value) };
  return { ok: true, value: result.value };
}

/** The result of a check that threw an error. */
export function failedCheck(thrown: unknown): Validation<never> {
  const reason = toError(thrown).message || 'without a message';
  return { ok: false, issues: [{ path: '', message: `the check threw an error: ${reason}` }] };
}
