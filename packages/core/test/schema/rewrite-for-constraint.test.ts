import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { JsonObject } from '../../src/json.ts';
import { nothingRefused } from '../../src/schema/constraint/refused-keyword.ts';
import { rewriteForConstraint } from '../../src/schema/constraint/rewrite-for-constraint.ts';
import { xgrammarKeywords } from '../../src/schema/constraint/xgrammar-keywords.ts';
import { toSchema } from '../../src/schema/convert/to-schema.ts';

describe('a keyword that xgrammar refuses', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'multipleOf',
      { type: 'integer', multipleOf: 5, minimum: 0 },
      { type: 'integer', minimum: 0, description: 'multiple of 5' },
    ],
    [
      'uniqueItems',
      { type: 'array', uniqueItems: true, description: 'Tags' },
      { type: 'array', description: 'Tags (unique items)' },
    ],
    ['uniqueItems that ask for nothing', { type: 'array', uniqueItems: false }, { type: 'array' }],
    [
      'contains',
      { type: 'array', contains: { const: 1 }, maxContains: 2 },
      { type: 'array', description: 'has an item that fits 1, at most 2 such items' },
    ],
    [
      'an unknown format',
      { type: 'string', format: 'phone', minLength: 3 },
      { type: 'string', description: 'at least 3 characters, phone' },
    ],
    [
      'a length beside a pattern',
      { type: 'string', pattern: '^a', minLength: 1, maxLength: 9 },
      { type: 'string', description: '1 to 9 characters, starts with "a"' },
    ],
    [
      'a length beside a format',
      { type: 'string', format: 'email', maxLength: 9 },
      { type: 'string', format: 'email', description: 'at most 9 characters' },
    ],
    [
      'a pattern that looks around',
      { type: 'string', pattern: '^(?!a)', minLength: 1 },
      { type: 'string', description: 'at least 1 character, matches /^(?!a)/' },
    ],
    [
      'propertyNames beside properties',
      { type: 'object', properties: { a: {} }, propertyNames: { pattern: 'a' } },
      { type: 'object', properties: { a: {} }, description: 'every key fits (contains "a")' },
    ],
    [
      'patternProperties beside properties',
      {
        type: 'object',
        properties: { a: { type: 'null' } },
        patternProperties: { '^x': { type: 'string' } },
        additionalProperties: false,
      },
      {
        type: 'object',
        properties: { a: { type: 'null' } },
        additionalProperties: { type: 'string' },
        description: 'keys that match /^x/ hold {"type":"string"}',
      },
    ],
    [
      'a tuple of draft-07',
      {
        type: 'array',
        items: [{ type: 'string' }, { type: 'number' }],
        additionalItems: false,
        maxItems: 2,
      },
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'number' }],
        items: false,
        maxItems: 2,
      },
    ],
  ])('%s', (_, schema, rewritten) => {
    const before = JSON.stringify(schema);
    expect(rewriteForConstraint(schema, xgrammarKeywords)).toEqual(rewritten);
    expect(rewriteForConstraint(schema, nothingRefused)).toEqual(schema);
    expect(JSON.stringify(schema)).toBe(before);
  });

  test('is found in fields, items, alternatives and definitions', () => {
    const five = { type: 'integer', multipleOf: 5 };
    const described = { type: 'integer', description: 'multiple of 5' };
    const wrap = (part: JsonObject): JsonObject => ({
      type: 'object',
      properties: {
        a: { type: 'array', items: part },
        b: { anyOf: [part, { type: 'null' }], default: { multipleOf: 5 } },
        c: { oneOf: [part] },
        d: { $ref: '#/$defs/Node' },
        e: { type: 'object', additionalProperties: part },
      },
      $defs: { Node: { type: 'object', properties: { n: part, next: { $ref: '#/$defs/Node' } } } },
    });
    expect(rewriteForConstraint(wrap(five), xgrammarKeywords)).toEqual(wrap(described));
  });

  test('is kept if it is the only one', () => {
    const schemas: JsonObject[] = [
      { type: 'string', pattern: '^a$' },
      { type: 'object', patternProperties: { '^a$': { type: 'string' } } },
      { type: 'object', propertyNames: { pattern: '^a$' } },
      { type: 'array', items: { type: 'string' }, minItems: 1 },
    ];
    for (const schema of schemas) {
      expect(rewriteForConstraint(schema, xgrammarKeywords)).toEqual(schema);
    }
  });

  test('a field with the name of a keyword is a field', () => {
    const schema = toSchema(
      z.object({ format: z.string(), multipleOf: z.number(), not: z.string() }),
    );
    expect(rewriteForConstraint(schema.jsonSchema, xgrammarKeywords)).toEqual(schema.jsonSchema);
  });
});

test('a profile can list its own refused keywords', () => {
  const schema = { type: 'array', items: { type: 'string', maxLength: 9 }, minItems: 1 };
  expect(rewriteForConstraint(schema, [{ keyword: 'minItems' }, { keyword: 'maxLength' }])).toEqual(
    {
      type: 'array',
      items: { type: 'string', description: 'at most 9 characters' },
      description: 'at least 1 item',
    },
  );
});

test.each<[string, string, JsonObject]>([
  ['a reference without a target', '#/items', { items: { $ref: '#/$defs/a' } }],
  ['a reference to another document', '#/items', { items: { $ref: 'https://example.org/a' } }],
])('%s cannot be expressed and is refused with its path', (_, path, schema) => {
  for (const refused of [xgrammarKeywords, nothingRefused]) {
    expect(() => rewriteForConstraint(schema, refused)).toThrow(
      expect.objectContaining({ code: 'invalid_schema', path }),
    );
  }
});
