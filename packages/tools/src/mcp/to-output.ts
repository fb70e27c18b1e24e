import type { ToolOutput } from '@turnwise/core';
import type { CallToolResult } from './server-connection.ts';

/** A result of a server as the output of a tool: the model gets the parts, the program gets the structured content. */
export function toOutput({ content, structuredContent, isError }: CallToolResult): ToolOutput {
  const failed = isError === true;
  if (content.length === 0 && structuredContent === undefined) {
    return failed ? { forModel: 'The tool failed without a message.', isError: true } : undefined;
  }
  return { content, structuredContent, isError: failed };
}
