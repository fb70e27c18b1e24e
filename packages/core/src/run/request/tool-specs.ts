import type { ToolSpec } from '../../dialect/dialect.ts';
import { groundedPaths, withGroundedNotes } from '../../tool/grounded-parameters.ts';
import type { Tool } from '../../tool/tool.ts';

/**
 * The specs of tools, with a note at each grounded parameter. The same tools give the same list of specs, so that dialects
 * encode it once.
 */
export function toolSpecs<Context>(
  tools: readonly Tool<Context>[],
  { grounded }: { readonly grounded: boolean },
): readonly ToolSpec[] {
  const [first] = tools;
  if (first === undefined) return noSpecs;
  const known = lastSpecs.get(first);
  const isSame =
    known?.grounded === grounded &&
    known.tools.length === tools.length &&
    known.tools.every((tool, at) => tool === tools[at]);
  if (known !== undefined && isSame) return known.specs;
  const specs = tools.map((tool) => ({
    name: tool.name,
    description: tool.description,
    parameters: withGroundedNotes(tool.schema.jsonSchema, groundedPaths(tool, grounded)),
    ...(tool.grounded?.length === 0 && { takesAnyValue: true }),
  }));
  lastSpecs.set(first, { tools: [...tools], grounded, specs });
  return specs;
}

const noSpecs: readonly ToolSpec[] = [];

/** The last list of each first tool. */
const lastSpecs = new WeakMap<
  Tool<never>,
  { tools: readonly unknown[]; grounded: boolean; specs: readonly ToolSpec[] }
>();
