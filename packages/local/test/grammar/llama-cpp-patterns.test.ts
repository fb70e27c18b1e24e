import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '../../src/index.ts';
import { postChat } from '../post-chat.ts';

let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startLocalEndpoint({ quirks: 'llama.cpp-2026' });
});
afterAll(() => endpoint.close());

test.each<[string, number]>([
  ['^[0-9]{2}-(?:a|b)\\.x$', 200],
  ['^[A-Za-z_]+$', 200],
  ['^\\d+$', 400],
  ['^[\\w]+$', 400],
  ['^a\\-b$', 400],
  ['^(?=a)a$', 400],
  ['abc', 400],
])('the pattern %s is answered with %d', async (pattern, status) => {
  const schema = { type: 'object', properties: { a: { type: 'string', pattern } } };
  const reply = await postChat(endpoint.url, {
    model: 'gemma-3',
    messages: [{ role: 'user', content: 'Hello' }],
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  expect(reply.status).toBe(status);
  if (status === 400) expect(reply.text).toContain('failed to parse grammar');
});
