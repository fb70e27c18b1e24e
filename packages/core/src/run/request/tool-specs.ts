import type { ToolSpec } from '../../dialect/dialect.ts';
import { memoizeLast } from '../../memoize.ts';
import { groundedPaths, withGroundedNotes } from '../../tool/grounded-parameters.ts';
import type { Tool } from '../../tool/tool.ts';
import { hasSameItems } from '../../turns/prefix-cache.ts';

/**
 * The specs of tools, with a note at each grounded parameter. The same tools give the same list of specs, so that dialects
 * encode it once.
 */
export function toolSpecs<Context>(
  tools: readonly Tool<Context>[],
  { grounded }: { readonly grounded: boolean },
): readonly ToolSpec[] {
  const [first] = tools;
  return first === undefined ? noSpecs : specsOf(first, { tools: [...tools], grounded });
}

const noSpecs: readonly ToolSpec[] = [];

interface ListedTools {
  readonly tools: readonly Tool<never>[];
  readonly grounded: boolean;
}

const specsOf = memoizeLast(
  (_first: Tool<never>, { tools, grounded }: ListedTools): readonly ToolSpec[] =>
    tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: withGroundedNotes(tool.schema.jsonSchema, groundedPaths(tool, grounded)),
      ...(tool.grounded?.length === 0 && { takesAnyValue: true }),
    })),
  (one, other) => one.grounded === other.grounded && hasSameItems(one.tools, other.tools),
);
