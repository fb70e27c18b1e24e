import type { ToolSpec } from '../dialect/dialect.ts';
import type { Tool } from '../tool/tool.ts';

/** The specs of tools. The same tools give the same list of specs, so that dialects encode it once. */
export function toolSpecs<Context>(tools: readonly Tool<Context>[]): readonly ToolSpec[] {
  const [first] = tools;
  if (first === undefined) return noSpecs;
  const known = lastSpecs.get(first);
  const isSame =
    known?.tools.length === tools.length && known.tools.every((tool, at) => tool === tools[at]);
  if (known !== undefined && isSame) return known.specs;
  const specs = tools.map(({ name, description, schema }) => ({
    name,
    description,
    parameters: schema.jsonSchema,
  }));
  lastSpecs.set(first, { tools: [...tools], specs });
  return specs;
}

const noSpecs: readonly ToolSpec[] = [];

/** The last list of each first tool. */
const lastSpecs = new WeakMap<
  Tool<never>,
  { tools: readonly unknown[]; specs: readonly ToolSpec[] }
>();
