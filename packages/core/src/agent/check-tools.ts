import { SchemaError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import { toolSpecs } from '../run/request/tool-specs.ts';
import type { Tool } from '../tool/tool.ts';
import { toolSet } from '../tool/tool-set.ts';

/**
 * Throws `duplicate_tool` if two tools have the same name, and `invalid_schema` if the parameters of a tool cannot be
 * encoded for the model, so that a run does not fail later.
 */
export function checkTools<Context>(
  model: Model,
  tools: readonly Tool<Context>[],
  { grounded }: { readonly grounded: boolean },
): void {
  toolSet(tools);
  for (const spec of toolSpecs(tools, { grounded })) {
    try {
      model.checkTools?.([spec]);
    } catch (thrown) {
      if (!(thrown instanceof SchemaError)) throw thrown;
      throw new SchemaError(thrown.path, `${thrown.reason} (Tool "${spec.name}".)`, {
        cause: thrown,
      });
    }
  }
}
