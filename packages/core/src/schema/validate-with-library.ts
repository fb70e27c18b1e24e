import type { JsonValue } from '../json.ts';
import { toSchemaIssues } from './library-issues.ts';
import type { Validation } from './schema.ts';
import type { StandardIssue, StandardResult, StandardSchema } from './standard-schema.ts';

/**
 * Checks a value with the library that wrote the schema: at once where the library can, else later.
 * Never throws and never rejects: an error of the user's own check is an issue.
 */
export function validateStandard<Output>(
  schema: StandardSchema<unknown, Output>,
  value: JsonValue,
): Validation<Output> | Promise<Validation<Output>> {
  try {
    const result = schema['~standard'].validate(value);
    if (!('then' in result)) return toValidation(result, value);
    return result.then((later) => toValidation(later, value)).catch(failedCheck);
  } catch (thrown) {
    return failedCheck(thrown);
  }
}

/** A schema of zod, whichever version, as far as asking it asynchronously goes. */
export interface AsyncParser<Output> {
  safeParseAsync(value: unknown): Promise<ParseResult<Output>>;
}

/** What zod says of a value. */
export type ParseResult<Output> =
  | { readonly success: true; readonly data: Output }
  | { readonly success: false; readonly error: { readonly issues: readonly StandardIssue[] } };

/** The same for a zod schema that may hold asynchronous checks: the answer always comes later. */
export async function validateLater<Output>(
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

function failedCheck(thrown: unknown): Validation<never> {
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return { ok: false, issues: [{ path: '', message: `the check failed: ${reason}` }] };
}
