import { createServer } from 'node:http';
import { Agent, openaiCompatible, SchemaError, TurnwiseError, tool } from '@turnwise/core';
import { toSchema } from '@turnwise/core/model';
import { callsTool, says, scriptedModel } from '@turnwise/core/testing';
import { calculator } from '@turnwise/tools';
import { z } from 'zod';

/** Uses each library that is loaded at its first use, and a server. Returns what it saw as one line. */
export async function check() {
  return [await callTools(), await compute(), await ask(), schemaError()].join(' | ');
}

/** The line that `check` returns. */
export const expected =
  'completed ok invalid-arguments ok | 7.14 | hello | true true #/properties/on';

async function callTools() {
  const plain = tool({
    name: 'plain',
    description: 'A tool with a JSON Schema.',
    parameters: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
    execute: ({ n }) => n,
  });
  const typed = tool({
    name: 'typed',
    description: 'A tool with a zod schema.',
    parameters: z.object({ at: z.iso.date() }),
    execute: ({ at }) => at,
  });
  const replies = [
    callsTool('plain', { n: 1 }),
    callsTool('plain', { n: 'one' }),
    callsTool('typed', { at: '2026-01-31' }),
    says('Done.'),
  ];
  const model = scriptedModel(replies);
  const result = await new Agent({ name: 'caller', model, tools: [plain, typed] }).run('Go.');
  const statuses = result.steps.flatMap(({ calls }) => calls.map(({ status }) => status));
  return [result.status, ...statuses].join(' ');
}

async function compute() {
  const model = scriptedModel([
    callsTool('calculator', { expression: '17% of 42' }),
    says('Done.'),
  ]);
  const { transcript } = await new Agent({ name: 'c', model, tools: [calculator()] }).run('Go.');
  return JSON.stringify(transcript.turns).includes('7.14') ? '7.14' : 'no result';
}

async function ask() {
  const reply = { choices: [{ index: 0, message: { role: 'assistant', content: 'hello' } }] };
  const server = createServer((request, response) => {
    request.resume();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(reply));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  try {
    const baseURL = `http://127.0.0.1:${server.address().port}/v1`;
    const model = openaiCompatible({ baseURL, model: 'gemma-3-27b', dialect: 'native' });
    return (await new Agent({ name: 'asker', model }).run('Hi.')).output;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

function schemaError() {
  try {
    toSchema(z.object({ on: z.date() }));
    return 'no error';
  } catch (error) {
    return `${error instanceof TurnwiseError} ${error instanceof SchemaError} ${error.path}`;
  }
}
