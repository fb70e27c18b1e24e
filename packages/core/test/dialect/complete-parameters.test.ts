import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import type { JsonObject } from '../../src/json.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { refuses, repliesText, startRoutedServer } from '../support/routed-server.ts';

/** Refuses tools as OpenAI does, before the model reads anything. */
function checkTools({ body }: { readonly body: Readonly<Record<string, unknown>> }) {
  const tools = body.tools as { function: { parameters: JsonObject } }[];
  const problem = JSON.stringify(tools.map((each) => problemOf(each.function.parameters)));
  return problem === '[null]' ? undefined : `Invalid schema for function: ${problem}`;
}

function problemOf(schema: JsonObject, isRoot = true): string | null {
  if (
    isRoot &&
    schema.type === 'object' &&
    schema.properties === undefined &&
    !('anyOf' in schema)
  ) {
    return 'In context=(), object schema missing properties.';
  }
  if (schema.type === 'array' && schema.items === undefined) return 'array schema missing items.';
  const parts = [...Object.values((schema.properties ?? {}) as JsonObject), schema.items];
  return (
    parts.map((part) => (part ? problemOf(part as JsonObject, false) : null)).find(Boolean) ?? null
  );
}

test.each<JsonObject>([
  { type: 'object' },
  {},
  { type: 'object', additionalProperties: {} },
  { type: 'object', properties: { ids: { type: 'array' } } },
  { type: 'object', properties: { rows: { type: 'array', items: { type: 'array' } } } },
])('a server like OpenAI takes a tool with the parameters %j', async (parameters) => {
  await using server = await startRoutedServer({}, (response, request) => {
    const problem = checkTools(request);
    return (problem === undefined ? repliesText('Done.') : refuses(problem))(response, request);
  });
  for (const profile of ['openai', 'qwen-3'] as const) {
    const agent = new Agent({
      name: 'guide',
      tools: [tool({ name: 'look', description: 'Looks.', parameters, execute: () => 'ok' })],
      model: openaiCompatible({
        baseURL: server.baseURL,
        model: 'm',
        profile,
        retry: { maxRetries: 0 },
      }),
    });
    expect(await agent.run('Go.')).toMatchObject({ status: 'completed', output: 'Done.' });
  }
});

test('llama.cpp, which allows only the listed parameters, gets an open object as it is', async () => {
  await using server = await startRoutedServer({}, repliesText('Done.'));
  const agent = new Agent({
    name: 'guide',
    tools: [
      tool({
        name: 'look',
        description: 'Looks.',
        parameters: { type: 'object' },
        execute: () => 'ok',
      }),
    ],
    model: openaiCompatible({
      baseURL: server.baseURL,
      model: 'm',
      profile: defineProfile(profiles.qwen3, { constraints: 'llama.cpp' }),
      retry: { maxRetries: 0 },
    }),
  });
  await agent.run('Go.');
  expect(server.chats).toMatchObject([
    { tools: [{ function: { parameters: { type: 'object' } } }] },
  ]);
  expect(JSON.stringify(server.chats)).not.toContain('"properties"');
});
