import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import type { McpOptions } from './mcp-options.ts';
import type { ServerConnection } from './server-connection.ts';
import { toOutput } from './to-output.ts';

/** The name of the tool that reads resources, after the name of the server. */
export const readResourceName = 'read_resource';

/** The tool that reads a resource of a server, such as one that a result links to. */
export function readResourceTool(
  { name, approve, trusted = false, timeoutMs = 60_000 }: McpOptions,
  connection: () => ServerConnection,
): Tool {
  return tool({
    name: `${name}.${readResourceName}`,
    description: `Reads a resource of the server "${name}" by its URI, such as one that a result names in [resource: …].`,
    parameters: z.object({ uri: z.string().describe('The URI of the resource.') }),
    needsApproval:
      approve === 'always' ||
      (approve === 'unless-read-only' && !trusted) ||
      (Array.isArray(approve) && approve.includes(readResourceName)),
    repeat: 'safe',
    timeoutMs,
    execute: async ({ uri }, { signal, progress }) => {
      const { contents } = await connection().readResource(uri, { signal, progress });
      return toOutput({ content: contents.map((resource) => ({ type: 'resource', resource })) });
    },
  });
}
