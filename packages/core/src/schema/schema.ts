import type { JsonObject, JsonValue } from '../json.ts';

/** One problem of a value. */
export interface SchemaIssue {
  /** The path of the problem, such as `days` or `items[2].name`; empty for the value itself. */
  readonly path: string;
  /** What was expected and what was received, in one short clause. */
  readonly message: string;
}

/** The result of a validation: the parsed output, or the problems of the value. */
export type Validation<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** A schema of any library in one form: the JSON Schema (draft-07) of its input, and a function that validates. */
export interface Schema<Output = unknown> {
  readonly jsonSchema: JsonObject;
  /** Validates a value. Never throws or rejects: if a refinement of the user throws, the result is an issue. */
  validate(value: JsonValue): Validation<Output> | Promise<Validation<Output>>;
}
