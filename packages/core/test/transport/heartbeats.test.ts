import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { startModelServer } from '../support/model-server.ts';

const delta = (content: string) =>
  JSON.stringify({ id: 'c', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const end = JSON.stringify({ id: 'c', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });

async function askThrough(event: string) {
  const rows = [
    `data: ${delta('Hello ')}`,
    event,
    `data: ${delta('you.')}`,
    `data: ${end}`,
    'data: [DONE]',
  ];
  await using server = await startModelServer((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(rows.map((row) => `${row}\n\n`).join(''));
  });
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'qwen3-32b',
    profile: 'qwen-3',
    retry: { maxRetries: 0 },
  });
  return await new Agent({ name: 'greeter', model }).stream('Hello.').result;
}

test.each([
  'data: ping',
  'data: [PING]',
  'data: keep-alive',
  'data: null',
  'data: ""',
  'event: heartbeat\ndata: ok',
  'event: ping\ndata: 1730000000',
])('%j between two pieces of a reply only keeps the connection open', async (event) => {
  expect(await askThrough(event)).toMatchObject({ output: 'Hello you.' });
});

test('plain text that is not a heartbeat is an error of the server', async () => {
  await expect(askThrough('data: the model crashed')).rejects.toMatchObject({
    details: { serverMessage: 'the model crashed' },
  });
});
