import { serveMcp } from '@turnwise/tools/mcp';
import { conformanceTools } from './conformance-tools.ts';

/** The server of the inspector's test, over stdio. */
await serveMcp({ name: 'desk', version: '1.0.0', tools: conformanceTools() }).stdio();
