import { type JsonObject, jsonSchema, type Tool, tool } from '@turnwise/core';
import type { McpOptions } from './mcp-options.ts';
import { plainSchema, plainText } from './plain-text.ts';
import type { McpTool, ServerConnection } from './server-connection.ts';
import { toOutput } from './to-output.ts';

/** A tool of a server as a tool of an agent. Throws what `tool()` throws. */
export function toTool(
  source: McpTool,
  options: McpOptions,
  connection: () => ServerConnection,
): Tool {
  const { name: server, trusted = false, timeoutMs = 60_000 } = options;
  const schema = source.inputSchema as JsonObject;
  const { readOnlyHint, idempotentHint } = trusted ? (source.annotations ?? {}) : {};
  return tool({
    name: `${server}.${source.name}`,
    description: descriptionOf(source, trusted),
    parameters: jsonSchema<Record<string, unknown>>(trusted ? schema : plainSchema(schema)),
    needsApproval: needsApproval(source, options),
    repeat: readOnlyHint === true ? 'safe' : idempotentHint === true ? 'idempotent' : 'never',
    timeoutMs,
    execute: async (input, { signal, progress, ask }) =>
      toOutput(await connection().callTool(source, input, { signal, progress, ask })),
  });
}

function descriptionOf({ name, title, description }: McpTool, trusted: boolean): string {
  const given = description ?? title ?? '';
  const text = trusted ? given.trim() : plainText(given);
  return text === '' ? `${name.replaceAll(/[_-]+/g, ' ')}.` : text;
}

function needsApproval(
  { name, annotations = {} }: McpTool,
  { approve = 'destructive', trusted = false }: McpOptions,
): boolean {
  switch (approve) {
    case 'always':
      return true;
    case 'never':
      return false;
    case 'destructive':
      // A warning counts also if the server is not trusted: at worst a human is asked once too often.
      return annotations.destructiveHint === true;
    case 'unless-read-only':
      return !(trusted && annotations.readOnlyHint === true);
    default:
      return approve.includes(name);
  }
}
