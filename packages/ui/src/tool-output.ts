import type { JsonValue, Part, ToolResult } from '@turnwise/core';

/** What a page is shown as the output of a call that succeeded. */
export type ToolOutputView = (result: ToolResult) => JsonValue;

/** The value that the tool returned for the program, or the text for the model. */
export function toolOutput(result: ToolResult): JsonValue {
  return result.forApp ?? textOf(result.parts);
}

/** The text of the parts, without images. */
export function textOf(parts: readonly Part[]): string {
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
