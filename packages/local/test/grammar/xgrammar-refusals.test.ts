import { describe, expect, test } from '@jest/globals';
import { isRefusedByXgrammar } from '../../src/grammar/xgrammar-refusals.ts';
import type { JsonObject } from '../../src/index.ts';

const inside = (schema: JsonObject): JsonObject => ({
  type: 'object',
  properties: { list: { type: 'array', items: { anyOf: [{ type: 'null' }, schema] } } },
});

describe('what xgrammar refuses in vLLM, at any depth', () => {
  test.each<[JsonObject]>([
    [{ type: 'integer', multipleOf: 5 }],
    [{ type: 'number', multipleOf: 0.1 }],
    [{ type: 'array', uniqueItems: true }],
    [{ type: 'array', contains: { const: 1 } }],
    [{ type: 'array', minContains: 1 }],
    [{ type: 'array', maxContains: 1 }],
    [{ type: 'string', format: 'iban' }],
    [{ type: 'string', pattern: '^a', minLength: 1 }],
    [{ type: 'string', format: 'date', maxLength: 10 }],
    [{ type: 'object', propertyNames: { pattern: '^a' }, properties: {} }],
    [{ type: 'object', patternProperties: { '^a': {} }, properties: {} }],
    [{ type: 'object', patternProperties: { '^a': {}, '^b': {} } }],
  ])('%j', (schema) => {
    expect(isRefusedByXgrammar(inside(schema))).toBe(true);
  });
});

describe('what xgrammar accepts', () => {
  test.each<[JsonObject]>([
    [{ type: 'integer', minimum: 1, maximum: 9 }],
    [{ enum: ['a', 1, null] }],
    [{ const: 'x' }],
    [{ type: 'string', format: 'date-time' }],
    [{ type: 'string', pattern: '^a+$' }],
    [{ type: 'string', minLength: 1, maxLength: 3 }],
    [{ type: 'array', minItems: 1, maxItems: 3 }],
    [{ type: 'object', patternProperties: { '^a': {} } }],
    [{ type: 'object', additionalProperties: false, properties: {} }],
    [{ $ref: '#/$defs/x' }],
  ])('%j', (schema) => {
    expect(isRefusedByXgrammar(inside(schema))).toBe(false);
  });
});
