import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type LocalEndpoint, startLocalEndpoint } from '../../src/index.ts';
import type { JsonObject } from '../../src/json.ts';
import { postChat } from '../post-chat.ts';

let older: LocalEndpoint;
let newer: LocalEndpoint;
beforeAll(async () => {
  older = await startLocalEndpoint({ quirks: 'llama.cpp-2025' });
  newer = await startLocalEndpoint({ quirks: 'llama.cpp-2026' });
});
afterAll(async () => {
  await older.close();
  await newer.close();
});

const ask = ({ url }: LocalEndpoint, schema: JsonObject) =>
  postChat(url, {
    model: 'gemma-3',
    messages: [{ role: 'user', content: 'Hello' }],
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });

test.each<[string, number, number]>([
  ['^[0-9]{2}-(?:a|b)\\.x$', 200, 200],
  ['^[A-Za-z_]+$', 200, 200],
  ['^\\d+$', 400, 200],
  ['^[\\w]+ \\s$', 400, 200],
  ['^a\\-b$', 400, 400],
  ['^(?=a)a$', 400, 400],
  ['abc', 400, 400],
])(
  'the pattern %s is answered with %d by older builds, and with %d by newer ones',
  async (pattern, byOlder, byNewer) => {
    const schema = { type: 'object', properties: { a: { type: 'string', pattern } } };
    const replies = [await ask(older, schema), await ask(newer, schema)];
    expect(replies.map(({ status }) => status)).toEqual([byOlder, byNewer]);
    for (const { status, text } of replies) {
      if (status === 400) expect(text).toContain('failed to parse grammar');
    }
  },
);

test.each<[string, JsonObject]>([
  ['#/properties/a', { properties: { a: true } }],
  ['#/properties/a/items/anyOf/1', { properties: { a: { items: { anyOf: [{}, false] } } } }],
  ['#/properties/a/prefixItems/0', { properties: { a: { prefixItems: [true] } } }],
])('newer builds refuse a boolean in place of a schema: %s', async (path, schema) => {
  const { status, text } = await ask(newer, { type: 'object', ...schema });
  expect(status).toBe(400);
  expect(text).toContain(`JSON schema error at ${path}: schema must be an object`);
});

test('newer builds take a boolean as additionalProperties', async () => {
  const schema = { type: 'object', properties: {}, additionalProperties: false };
  expect((await ask(newer, schema)).status).toBe(200);
});
