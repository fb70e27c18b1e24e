/** How an HTTP server is given a token: a function that returns one, or OAuth. Both are of the MCP client's SDK. */
export type { AuthProvider, OAuthClientProvider } from '@modelcontextprotocol/client';
