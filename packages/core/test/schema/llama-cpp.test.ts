import { describe, expect, test } from '@jest/globals';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import { llamaCppKeywords } from '../../src/schema/constraint/llama-cpp-keywords.ts';
import { rewriteForConstraint } from '../../src/schema/constraint/rewrite-for-constraint.ts';
import { mapSubschemas } from '../../src/schema/json-schema/map-subschemas.ts';
import { toolSchemas } from '../support/tool-schemas.ts';

const text = { type: 'string' };
const number = { type: 'number' };
const list = (more: JsonObject): JsonObject => ({ type: 'array', ...more });

describe('what a grammar of llama.cpp cannot express is rewritten', () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      'a tuple with a fixed number of items',
      list({ prefixItems: [text, number], items: false, minItems: 2 }),
      list({ prefixItems: [text, number], minItems: 2 }),
    ],
    [
      'a tuple of draft-07',
      list({ items: [text, number], additionalItems: false }),
      list({ prefixItems: [text, number] }),
    ],
    [
      'a tuple with further items',
      list({ prefixItems: [text, true], items: number }),
      list({
        items: { anyOf: [text, {}, number] },
        description: '[string, any, ...number[]]',
      }),
    ],
    [
      'a tuple of draft-07 with further items',
      list({ items: [text], additionalItems: number }),
      list({ items: { anyOf: [text, number] } }),
    ],
    ['a list without items', list({ items: false }), list({ maxItems: 0 })],
    ['a list of anything', list({ items: true }), list({})],
    [
      'a member of any type',
      { type: 'object', properties: { a: true }, additionalProperties: true },
      { type: 'object', properties: { a: {} }, additionalProperties: true },
    ],
    ['an alternative of any type', { anyOf: [true, text] }, { anyOf: [{}, text] }],
    [
      'a pattern with the classes of JavaScript',
      { ...text, pattern: '^\\d{4}-\\w+$', maxLength: 30 },
      { ...text, pattern: '^[0-9]{4}-[A-Za-z0-9_]+$', description: 'at most 30 characters' },
    ],
    [
      'a pattern without anchors',
      { ...text, pattern: 'b+' },
      { ...text, description: 'matches /b+/' },
    ],
    ['a condition', { ...text, not: { const: 'x' } }, { ...text, description: 'not "x"' }],
  ])('%s', (_, schema, rewritten) => {
    expect(rewriteForConstraint(schema, llamaCppKeywords)).toEqual(rewritten);
  });
});

test.each(Object.entries(toolSchemas))(
  'a rewritten schema has no boolean in place of an object: %s',
  (_, schema) => {
    expect(findBooleans(rewriteForConstraint(schema, llamaCppKeywords))).toEqual([]);
  },
);

/** The keywords that hold a boolean in place of a schema. */
function findBooleans(schema: JsonObject): string[] {
  const found: string[] = [];
  mapSubschemas(schema, (part, path) => {
    const [keyword = ''] = path;
    if (isJsonObject(part)) found.push(...findBooleans(part));
    else if (keyword !== 'additionalProperties') found.push(path.join('/'));
    return part;
  });
  return found;
}
