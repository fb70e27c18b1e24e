import type { ParsedCall, ToolSpec } from './dialect.ts';
import { readArguments } from './read-arguments.ts';

/**
 * Parses a call whose arguments are JSON text, for models that do not use a dialect. Arguments that cannot be parsed make a
 * call that never runs: the model gets the reason.
 */
export function parseCall(name: string, text: string, tools: readonly ToolSpec[]): ParsedCall {
  const read = readArguments(text, {
    tool: tools.find((each) => each.name === name),
    tools: { ownArguments: (_, written) => written },
  });
  if (read.ok) return { name, arguments: read.value };
  return { name, arguments: {}, unreadable: { text, problem: read.problem } };
}
