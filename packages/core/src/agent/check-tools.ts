import { SchemaError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import { toolSpecs } from '../run/tool-specs.ts';
import type { Tool } from '../tool/tool.ts';
import { toolSet } from '../tool/tool-set.ts';

/**
 * Throws `duplicate_tool` where two tools share a name, and `invalid_schema` for one whose parameters cannot be said to the
 * model: now, and not in the middle of a run.
 */
export function checkTools<Context>(model: Model, tools: readonly Tool<Context>[]): void {
  toolSet(tools);
  for (const spec of toolSpecs(tools)) {
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
