import type { ToolSpec } from '../dialect/dialect.ts';
import type { Tool } from '../tool/tool.ts';

/**
 * Tools as a model is told of them. The same list of tools gives the same list of specs, so that what dialects make of
 * it is made once.
 */
export function toolSpecs<Context>(tools: readonly Tool<Context>[]): readonly ToolSpec[] {
  const [first] = tools;
  if (first === undefined) return none;
  const known = made.get(first);
  const isSame =
    known?.tools.length === tools.length && known.tools.every((tool, at) => tool === tools[at]);
  if (known !== undefined && isSame) return known.specs;
  const specs = tools.map(({ name, description, schema }) => ({
    name,
    description,
    parameters: schema.jsonSchema,
  }));
  made.set(first, { tools: [...tools], specs });
  return specs;
}

const none: readonly ToolSpec[] = [];

/** The list last made for each first tool. */
const made = new WeakMap<Tool<never>, { tools: readonly unknown[]; specs: readonly ToolSpec[] }>();
