import { isFlag, isText, listOf } from '../../json-check.ts';
import type { Tool } from '../../tool/tool.ts';
import type { ToolResult } from '../../turns/turn.ts';
import { contextSlice } from '../state/context-slice.ts';
import type { Run } from '../state/run-setup.ts';
import { defineSlice, saved, transient } from '../state/state-slice.ts';
import { findToolsName } from '../state/tool-search-options.ts';
import { readResultName, readResultTool } from './read-result-tool.ts';
import { findToolsTool } from './tool-search/find-tools-tool.ts';
import { toolSpecs } from './tool-specs.ts';

/** Which tools the run offers. */
export const toolsSlice = defineSlice({
  /** Names of the tools that the last request offered or hid: no other tool may run. */
  activeTools: saved((): readonly string[] => [], listOf(isText)),
  /** The tool `find_tools` of the last request. */
  finder: transient((): Tool | undefined => undefined),
  /** Whether a result is longer than its tool lets the model see. */
  hasLongResult: saved(() => false, isFlag),
});

/** Records which tools a request offers or hides. */
export function activateTools<Context>(
  { state }: Run<Context>,
  tools: readonly { readonly name: string }[],
): void {
  toolsSlice.of(state).activeTools = tools.map(({ name }) => name);
}

/** Records whether a result is longer than the model may see. */
export function recordLongResults<Context>(
  { state }: Run<Context>,
  results: readonly ToolResult[],
): void {
  const tools = toolsSlice.of(state);
  tools.hasLongResult ||= results.some(isLong);
}

function isLong({ parts, maxChars = Infinity }: ToolResult): boolean {
  return parts.some((part) => part.type === 'text' && part.text.length > maxChars);
}

/** The tools of the agent, and `read_result` if a result of the conversation is shown shortened. */
export function runTools<Context>({ setup, state }: Run<Context>): readonly Tool<Context>[] {
  const { tools } = setup;
  const hasShortened =
    toolsSlice.of(state).hasLongResult ||
    Object.keys(contextSlice.of(state).view.capped).length > 0;
  if (tools.length === 0 || !hasShortened) return tools;
  // A tool of the program with this name has priority.
  if (tools.some(({ name }) => name === readResultName)) return tools;
  return [...tools, readResultTool(state)];
}

/** The tools that may run after the last request: usually all of them, and then the same list each time. */
export function activeTools<Context>(run: Run<Context>): readonly Tool<Context>[] {
  const { activeTools, finder } = toolsSlice.of(run.state);
  const tools = runTools(run);
  const isAll =
    tools.length === activeTools.length && tools.every(({ name }, at) => name === activeTools[at]);
  if (isAll) return tools;
  const names = new Set(activeTools);
  const active = tools.filter(({ name }) => names.has(name));
  if (!names.has(findToolsName) || active.some(({ name }) => name === findToolsName)) return active;
  // A resumed run has not made a request yet.
  return [...active, finder ?? findToolsTool(toolSpecs(active, run.setup))];
}
