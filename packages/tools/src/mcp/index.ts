// Tools of MCP servers

export { connectMcp, type McpConnection } from './connect-mcp.ts';
export { joinTools } from './join-tools.ts';
export type {
  McpApproval,
  McpHttpTransport,
  McpOptions,
  McpStdioTransport,
} from './mcp-options.ts';
export type { LeftOutTool } from './offered-tools.ts';

// Tools and agents for MCP clients

export { type McpServing, serveMcp } from './serve-mcp.ts';
export type { ServeMcpOptions } from './serve-mcp-options.ts';
