import type { JsonObject, JsonValue } from '../json.ts';

/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** Where, such as `days` or `items[2].name`; empty for the value itself. */
  readonly path: string;
  /** What was expected and what came, in one short clause. */
  readonly message: string;
}

/** What became of a value: the parsed output, or what is wrong with it. */
export type Validation<Output> =
  | { readonly ok: true; readonly value: Output }
  | { readonly ok: false; readonly issues: readonly SchemaIssue[] };

/** A schema, whatever library wrote it: what a caller may send as JSON Schema (draft-07), and a check. */
export interface Schema<Output = unknown> {
  readonly jsonSchema: JsonObject;
  /** Never throws for a bad value. A thrown error of the user's own refinement is an issue. */
  validate(value: JsonValue): Validation<Output> | Promise<Validation<Output>>;
}
