/** When tools are hidden, and which are not. */
export interface ToolSearchOptions {
  /** The share of the context window that the tools of a request may take. @default 0.1 */
  readonly threshold?: number | undefined;
  /** Names of tools that are never hidden. @default none */
  readonly keep?: readonly string[] | undefined;
}

/** The options with their defaults; `false` if tools are never hidden. */
export type ToolSearch = { readonly threshold: number; readonly keep: readonly string[] } | false;

/** Fills in the defaults. */
export function toToolSearch(given: 'auto' | false | ToolSearchOptions = 'auto'): ToolSearch {
  if (given === false) return false;
  const { threshold = 0.1, keep = [] } = given === 'auto' ? {} : given;
  return { threshold, keep };
}

/** The name of the tool that finds hidden tools. */
export const findToolsName = 'find_tools';

/** With so many tools or fewer none is hidden: finding them would take longer than reading them. */
export const fewTools = 5;
