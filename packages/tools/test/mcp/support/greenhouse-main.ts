import { serveStdio } from '@modelcontextprotocol/server/stdio';
import { greenhouse } from './greenhouse.ts';

serveStdio(() => greenhouse());
