import { describe, expect, test } from '@jest/globals';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import {
  embedSchema,
  hoistDefinitions,
  withDistinctDefinitions,
} from '../../src/schema/json-schema/hoist-definitions.ts';

const node = (value: JsonObject): JsonObject => ({
  type: 'object',
  properties: { value, next: { $ref: '#/$defs/Node' } },
  required: ['value'],
});
const listOf = (value: JsonObject): JsonObject => ({
  type: 'object',
  properties: { head: { $ref: '#/$defs/Node' } },
  required: ['head'],
  $defs: { Node: node(value) },
});

describe('hoistDefinitions', () => {
  test('every kind of local reference points to "$defs" afterwards', () => {
    const tree = { type: 'object', properties: { left: { $ref: '#' }, right: { $ref: '#' } } };
    expect(hoistDefinitions(tree)).toEqual({
      ...moved(tree),
      $defs: { Root: moved(tree) },
    });
  });

  test.each<[string, JsonObject, string]>([
    [
      'definitions',
      { $ref: '#/definitions/Node', definitions: { Node: loop('#/definitions/Node') } },
      'Node',
    ],
    ['a field', { properties: { a: loop('#/properties/a') } }, 'A'],
    [
      'an anchor',
      { $ref: '#node', $defs: { Node: { $anchor: 'node', ...loop('#node') } } },
      'Node',
    ],
    [
      'its own "$id"',
      { $id: 'urn:x', $ref: 'urn:x#/$defs/Node', $defs: { Node: loop('urn:x#/$defs/Node') } },
      'Node',
    ],
    [
      'an escaped name',
      { $ref: '#/$defs/a~1b%20c', $defs: { 'a/b c': loop('#/$defs/a~1b%20c') } },
      'a_b_c',
    ],
    [
      'a generated name',
      {
        properties: { tree: { $ref: '#/definitions/__schema0' } },
        definitions: { __schema0: loop('#/definitions/__schema0') },
      },
      'Tree',
    ],
  ])('a reference to %s keeps its target', (_, schema, name) => {
    const hoisted = hoistDefinitions(schema);
    expect(hoisted.$defs).toEqual({ [name]: loop(`#/$defs/${name}`) });
    expect(JSON.stringify(hoisted)).not.toMatch(/#\/(?!\$defs\/)|\$anchor|\$id/);
  });

  test('unused definitions are removed, and short ones are copied to the places that use them', () => {
    const schema = {
      properties: { unit: { $ref: '#/$defs/Unit', description: 'of length' } },
      $defs: { Unit: { enum: ['m', 'ft'] }, Unused: { type: 'string' } },
    };
    expect(hoistDefinitions(schema)).toEqual({
      properties: { unit: { enum: ['m', 'ft'], description: 'of length' } },
    });
  });

  test('a second call changes nothing', () => {
    const once = hoistDefinitions(listOf({ type: 'string' }));
    expect(hoistDefinitions(once)).toEqual(once);
  });

  test('a field with the name of a keyword is a field', () => {
    const schema = {
      properties: { $ref: { type: 'string' }, $defs: { type: 'string' }, not: { type: 'null' } },
      const: { $ref: '#/nowhere' },
    };
    expect(hoistDefinitions(schema)).toEqual(schema);
  });
});

describe('embedSchema', () => {
  test('two schemas with different definitions of one name do not collide', async () => {
    const definitions = new Map<string, JsonValue>();
    const text = embedSchema(listOf({ type: 'string' }), definitions);
    const count = embedSchema(listOf({ type: 'integer' }), definitions);
    const union = jsonSchema({ anyOf: [text, count], $defs: Object.fromEntries(definitions) });
    const chain = (value: JsonValue) => ({ head: { value: 'a', next: { value } } });
    expect([...definitions.keys()]).toEqual(['Node', 'Node_2']);
    expect(await union.validate(chain('b'))).toMatchObject({ ok: true });
    expect(await union.validate(chain(1))).toMatchObject({ ok: false });
    expect(await union.validate({ head: { value: 1, next: { value: 2 } } })).toMatchObject({
      ok: true,
    });
  });

  test('equal definitions are shared', () => {
    const definitions = new Map<string, JsonValue>();
    const long = { enum: Array.from({ length: 60 }, (_, index) => `value ${index}`) };
    const schema = { properties: { a: { $ref: '#/$defs/Long' } }, $defs: { Long: long } };
    expect(embedSchema(schema, definitions)).toEqual(embedSchema(schema, definitions));
    expect([...definitions]).toEqual([['Long', long]]);
  });

  test('different definitions of several schemas get different names', () => {
    const [text, count] = withDistinctDefinitions([
      listOf({ type: 'string' }),
      listOf({ type: 'integer' }),
    ]);
    expect(text).toEqual(listOf({ type: 'string' }));
    expect(Object.keys((count?.$defs ?? {}) as JsonObject)).toEqual(['Node_2']);
    expect(JSON.stringify(count)).not.toContain('#/$defs/Node"');
  });
});

function loop(reference: string): JsonObject {
  return { type: 'object', properties: { next: { $ref: reference } } };
}

function moved(schema: JsonObject): JsonObject {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#"', '"#/$defs/Root"')) as JsonObject;
}
