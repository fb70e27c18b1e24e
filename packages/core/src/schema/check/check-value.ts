import { isJsonObject, type JsonValue } from '../../json.ts';
import { isPromiseLike } from '../../promise-like.ts';
import type { Schema, Validation } from '../schema.ts';
import { failedCheck } from './validate-with-library.ts';

/**
 * Validates a value with a schema of any origin. Never throws and never rejects: if the schema throws, or returns something
 * else than a validation, the result is an issue.
 */
export function checkValue<Output>(
  schema: Schema<Output>,
  value: JsonValue,
): Validation<Output> | Promise<Validation<Output>> {
  try {
    const checked = schema.validate(value);
    if (!isPromiseLike(checked)) return requireValidation(checked);
    return Promise.resolve(checked)
      .then((done) => requireValidation(done))
      .catch(failedCheck);
  } catch (thrown) {
    return failedCheck(thrown);
  }
}

/** A schema of the program may be written without types. */
function requireValidation<Output>(checked: Validation<Output>): Validation<Output> {
  const isValidation =
    isJsonObject(checked) &&
    (checked.ok === true ? 'value' in checked : checked.ok === false && isIssues(checked.issues));
  if (isValidation) return checked;
  return failedCheck(
    new TypeError(
      'validate() of the schema must return { ok: true, value } or { ok: false, issues: [{ path, message }] }',
    ),
  );
}

function isIssues(issues: unknown): boolean {
  return (
    Array.isArray(issues) &&
    issues.every(
      (issue) =>
        isJsonObject(issue) && typeof issue.path === 'string' && typeof issue.message === 'string',
    )
  );
}
