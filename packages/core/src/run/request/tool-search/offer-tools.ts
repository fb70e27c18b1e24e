import type { ToolSpec } from '../../../dialect/dialect.ts';
import { memoize, memoizeLast } from '../../../memoize.ts';
import type { Tool } from '../../../tool/tool.ts';
import { hasSameItems } from '../../../turns/prefix-cache.ts';
import type { LoopGenerator } from '../../state/loop-generator.ts';
import type { Run } from '../../state/run-setup.ts';
import { fewTools, findToolsName } from '../../state/tool-search-options.ts';
import { learnWindow } from '../learn-window.ts';
import { readResultName } from '../read-result-tool.ts';
import { toolsSlice } from '../run-tools.ts';
import { toolSpecs } from '../tool-specs.ts';
import { findToolsTool } from './find-tools-tool.ts';
import { foundTools } from './found-tools.ts';

/** The tools of a request. */
export interface ToolOffer {
  readonly tools: readonly ToolSpec[];
  /** The tools that may be called, if some of them are hidden. */
  readonly callable: readonly ToolSpec[] | undefined;
}

/**
 * The tools that a request offers. If all of them take more than their share of the context window, it offers
 * `find_tools`, the tools that are kept and those that the conversation has found. The others are hidden, but a call with the exact
 * name of one is executed.
 */
export function* offerTools<Context>(
  run: Run<Context>,
  enabled: readonly Tool<Context>[],
): LoopGenerator<ToolOffer> {
  const { setup, state } = run;
  const specs = toolSpecs(enabled, setup);
  const { toolSearch, measurer } = setup;
  const everything = { tools: specs, callable: undefined };
  if (toolSearch === false || enabled.length <= fewTools) return everything;
  const cost = measurer.ofTools(specs);
  if (cost <= smallestWindow * toolSearch.threshold) return everything;
  // A tool of the program with this name has priority.
  if (specs.some(({ name }) => name === findToolsName)) return everything;
  const window = yield* learnWindow(run);
  if (window === undefined || cost <= window * toolSearch.threshold) return everything;
  const kept = keptNames(run);
  const keptSpecs = specs.filter(({ name }) => kept.has(name));
  const searched = asBefore(
    specs,
    specs.filter(({ name }) => !kept.has(name)),
  );
  const finder = findToolsTool(searched);
  toolsSlice.of(state).finder = finder;
  const always = [...toolSpecs([finder], { grounded: false }), ...keptSpecs];
  const spent = always.reduce((sum, spec) => sum + measurer.ofTool(spec), 0);
  const byName = specsByName(searched);
  const found = foundTools(state.transcript.turns, {
    costOf: (name) => {
      const spec = byName.get(name);
      return spec === undefined ? undefined : measurer.ofTool(spec);
    },
    budget: window * toolSearch.threshold - spent,
  });
  return {
    tools: asBefore(finder, [...always, ...found.flatMap((name) => byName.get(name) ?? [])]),
    callable: asBefore(searched, [...always, ...searched]),
  };
}

const specsByName = memoize(
  (specs: readonly ToolSpec[]) => new Map(specs.map((spec) => [spec.name, spec])),
);

/** The list that was made for this key before, if it has the same specs: dialects encode and index a list once. */
const asBefore = memoizeLast(
  (_key: object, specs: readonly ToolSpec[]): readonly ToolSpec[] => specs,
  hasSameItems,
);

/** No server has a smaller window, in tokens. */
const smallestWindow = 1_000;

/** Tools that are never hidden: those of the option, the one that `toolChoice` names, and the one that reads long results. */
function keptNames<Context>({ setup }: Run<Context>): ReadonlySet<string> {
  const { toolChoice, toolSearch } = setup;
  const kept = new Set(toolSearch === false ? [] : toolSearch.keep);
  kept.add(readResultName);
  if (typeof toolChoice === 'object') kept.add(toolChoice.tool);
  return kept;
}
