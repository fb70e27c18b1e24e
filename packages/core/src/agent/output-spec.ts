import type { OutputSpec, ValidateOutput } from '../run/state/run-setup.ts';
import { type AnySchema, toSchema } from '../schema/convert/to-schema.ts';
import type { AgentOptions } from './agent-options.ts';

/** The answer that an agent must give; `undefined` if it is text. Throws `invalid_schema`. */
export function toOutputSpec<Context, Output>({
  output,
  outputRetries = 2,
  validateOutput,
}: Pick<AgentOptions<Context, Output>, 'output' | 'outputRetries' | 'validateOutput'>):
  | OutputSpec<Context>
  | undefined {
  if (output === undefined) return undefined;
  const schema = toSchema(output as AnySchema);
  // The checked value has passed the schema, so it has its type.
  const validate = validateOutput as ValidateOutput<Context, unknown> | undefined;
  return { schema, retries: outputRetries, validate };
}
