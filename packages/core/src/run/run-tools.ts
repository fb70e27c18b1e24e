import type { Tool } from '../tool/tool.ts';
import { hasCutResult, readResultName, readResultTool } from './read-result-tool.ts';
import type { Run } from './run-setup.ts';

/** The agent's tools, and the one that reads what was cut out of results, once there is such a result. */
export function runTools<Context>({ setup, state }: Run<Context>): readonly Tool<Context>[] {
  const { tools } = setup;
  if (tools.length === 0 || !hasCutResult(state)) return tools;
  // A tool of the program that has this name is the one that is meant.
  if (tools.some(({ name }) => name === readResultName)) return tools;
  return [...tools, readResultTool(state)];
}
