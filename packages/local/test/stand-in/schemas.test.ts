import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type JsonObject, type LocalEndpoint, startLocalEndpoint } from '../../src/index.ts';
import { pick, postChat } from '../post-chat.ts';

let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startLocalEndpoint({ models: ['gemma'] });
});
afterAll(() => endpoint.close());

const object = (properties: JsonObject, required = Object.keys(properties)): JsonObject => ({
  type: 'object',
  properties,
  required,
});

async function fill(schema: JsonObject, ...messages: JsonObject[]): Promise<unknown> {
  const { status, body, text } = await postChat(endpoint.url, {
    model: 'gemma',
    messages,
    response_format: { type: 'json_schema', json_schema: { name: 'x', schema } },
  });
  if (status !== 200) throw new Error(text);
  return JSON.parse(String(pick(body, 'choices', 0, 'message', 'content')));
}

const user = (content: string): JsonObject => ({ role: 'user', content });
const called = (text: string): JsonObject => ({ role: 'assistant', content: text });
const result = (name: string, text: string): JsonObject =>
  user(`<tool_response name="${name}" call="1">\n${text}\n</tool_response>`);

describe('a reply that must fit a schema', () => {
  test('takes values from the question', async () => {
    const schema = object({
      city: { type: 'string', enum: ['Paris', 'Rome'] },
      days: { type: 'integer', minimum: 1, maximum: 9 },
      note: { type: 'string' },
    });
    expect(await fill(schema, user('Plan 4 days in Rome. Note: "bring a hat"'))).toEqual({
      city: 'Rome',
      days: 4,
      note: 'bring a hat',
    });
  });

  test('takes values from results, by the names of the fields', async () => {
    const schema = object({
      file: { type: 'string' },
      lines: { type: 'integer' },
      percentage: { type: 'number' },
    });
    const filled = await fill(
      schema,
      user('How many lines does a.txt have, and what is 10% of that?'),
      called('[count_lines(path="a.txt")]'),
      result('count_lines', '{"path":"a.txt","lines":420}'),
      called('[calculator(expression="420 * 10 / 100")]'),
      result('calculator', '42'),
    );
    expect(filled).toEqual({ file: 'a.txt', lines: 420, percentage: 42 });
  });

  test('respects limits and leaves out optional fields without a value', async () => {
    const schema = object(
      { days: { type: 'integer', minimum: 1, maximum: 9 }, tip: { type: 'string' } },
      ['days'],
    );
    const filled = (await fill(schema, user('Plan 400 days.'))) as JsonObject;
    expect(filled.days).toBe(9);
  });

  test('follows references, unions, lists and nesting', async () => {
    const schema: JsonObject = {
      ...object({
        place: { $ref: '#/$defs/place' },
        cities: { type: 'array', items: { type: 'string', description: 'City name' } },
        unit: { anyOf: [{ type: 'null' }, { enum: ['celsius', 'fahrenheit'] }] },
      }),
      $defs: { place: object({ city: { type: 'string' } }) },
    };
    expect(await fill(schema, user('Compare Oslo and Rome in fahrenheit.'))).toEqual({
      place: { city: 'Oslo' },
      cities: ['Oslo', 'Rome'],
      unit: 'fahrenheit',
    });
  });

  test('puts the answer into the field for the answer', async () => {
    const filled = await fill(object({ answer: { type: 'string' } }), user('What is 6 * 7?'));
    expect(filled).toEqual({ answer: '6 * 7 is 42.' });
  });

  test('is JSON for json_object, too', async () => {
    const { body } = await postChat(endpoint.url, {
      model: 'gemma',
      messages: [user('json')],
      response_format: { type: 'json_object' },
    });
    expect(JSON.parse(String(pick(body, 'choices', 0, 'message', 'content')))).toEqual({});
  });
});

test('a schema in the instructions is followed if no grammar enforces it', async () => {
  const schema = JSON.stringify(object({ city: { type: 'string' } }));
  const { body } = await postChat(endpoint.url, {
    model: 'gemma',
    messages: [
      {
        role: 'system',
        content: `Be exact.\n\nAnswer with nothing but JSON that fits this JSON Schema:\n${schema}`,
      },
      user('Which city is it? It is Paris.'),
    ],
  });
  expect(pick(body, 'choices', 0, 'message', 'content')).toBe('{"city":"Paris"}');
});

test('instructions that require a call get one', async () => {
  const { body } = await postChat(endpoint.url, {
    model: 'gemma',
    messages: [
      {
        role: 'system',
        content:
          'You can call these tools:\nnote(text: string)  # Writes a note.\n\nYour next reply must be a call of note, not an answer.',
      },
      user('hmm'),
    ],
  });
  expect(pick(body, 'choices', 0, 'message', 'content')).toMatch(/^\[note\(text=/);
});
