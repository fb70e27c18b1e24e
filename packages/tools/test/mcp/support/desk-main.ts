import { serveMcp } from '@turnwise/tools/mcp';
import { deskTools } from './desk-tools.ts';

await serveMcp({ name: 'desk', version: '1.0.0', tools: deskTools() }).stdio();
