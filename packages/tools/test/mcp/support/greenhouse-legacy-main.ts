import { StdioServerTransport } from '@modelcontextprotocol/server/stdio';
import { greenhouse } from './greenhouse.ts';

// The server of an earlier version of the protocol: it knows only the old way to connect.
await greenhouse().connect(new StdioServerTransport());
