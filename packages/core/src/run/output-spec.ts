import type { Schema } from '../schema/schema.ts';

/**
 * The program's own check of an output that fits its schema. A returned string is the reason why it is refused; the model
 * is told and asked again.
 */
export type ValidateOutput<Context, Output> = (
  output: Output,
  context: { readonly context: Context },
) => undefined | string | Promise<undefined | string>;

/** The shape of an answer, and what else it must pass. */
export interface OutputSpec<Context> {
  readonly schema: Schema;
  /** How often an answer that does not fit is asked for again. */
  readonly retries: number;
  readonly validate: ValidateOutput<Context, unknown> | undefined;
}
