#!/usr/bin/env node
// Stands for the program that is started: answers GET /v1/models with its alias, or fails if the template is the stock one.
import { createServer } from 'node:http';

const value = (option) => process.argv[process.argv.indexOf(option) + 1];
if (process.argv.includes('--chat-template-file')) {
  console.error('cannot parse the template');
  process.exit(7);
}
createServer((_, response) =>
  response.end(JSON.stringify({ data: [{ id: value('--alias') }] })),
).listen(Number(value('--port')), '127.0.0.1');
