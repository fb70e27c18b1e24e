import { canonicalJson } from '../canonical-json.ts';
import { nodeCrypto } from '../node-crypto.ts';
import type { AnySchema } from '../schema/convert/to-schema.ts';
import { toSchema } from '../schema/convert/to-schema.ts';
import type { AgentOptions } from './agent-options.ts';

/**
 * The SHA-256, in hex, of everything of an agent that decides what its runs ask for: the tools with their schemas, the
 * instructions if they are a text, the settings and the id of the model, and the schema of the answer. The code of functions
 * is not included.
 */
export function fingerprintOf<Context, Output>(agent: AgentOptions<Context, Output>): string {
  const { instructions, model, tools = [], settings = {}, output } = agent;
  const parts = {
    model: model.id,
    instructions: typeof instructions === 'function' ? null : (instructions ?? ''),
    settings,
    toolChoice: agent.toolChoice ?? 'auto',
    finalAnswer: agent.finalAnswer ?? 'inline',
    grounded: agent.grounded ?? false,
    toolSearch: agent.toolSearch ?? 'auto',
    output: output === undefined ? null : toSchema(output as AnySchema).jsonSchema,
    tools: tools.map(({ name, description, schema, repeat, grounded, isOutside }) => ({
      name,
      description,
      parameters: schema.jsonSchema,
      repeat,
      isOutside,
      grounded: grounded ?? null,
    })),
  };
  return nodeCrypto().hash('sha256', canonicalJson(parts), 'hex');
}
