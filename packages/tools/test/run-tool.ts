import type { Tool, ToolContext } from '@turnwise/core';

/** Calls a tool like the loop does, and returns its text. */
export async function runTool(
  tool: Tool | undefined,
  input: object,
  signal: AbortSignal = new AbortController().signal,
): Promise<string> {
  if (tool === undefined) throw new TypeError('There is no such tool.');
  const context: ToolContext = {
    context: undefined,
    signal,
    runId: 'run',
    callId: '1.0',
    idempotencyKey: 'run/1.0',
    attempt: 1,
    progress: () => undefined,
    ask: () => Promise.reject(new Error('The tool must not ask.')),
  };
  return String(await tool.execute(input, context));
}
