import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { rewriteForConstraint } from '../../src/schema/constraint/rewrite-for-constraint.ts';
import { xgrammarKeywords } from '../../src/schema/constraint/xgrammar-keywords.ts';
import { type AnySchema, toSchema } from '../../src/schema/convert/to-schema.ts';
import { compileForXgrammar } from '../support/xgrammar.ts';

const text = { type: 'string' };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});
const conditional = JSON.parse(
  '{"type":"object","properties":{"kind":{"enum":["box","tube"]}},"required":["kind"],"if":{"properties":{"kind":{"const":"box"}}},"then":{"properties":{"width":{"type":"number"}},"required":["width"]},"else":{"properties":{"radius":{"type":"number"}}}}',
) as JsonObject;
const tree = {
  allOf: [{ $ref: '#/$defs/Node' }, { required: ['label'] }],
  $defs: {
    Node: object({ label: text, kids: { type: 'array', items: { $ref: '#/$defs/Node' } } }),
  },
};

/** Valid values, values that the grammar must refuse, and values that it may allow: validation finds them. */
interface Values {
  readonly valid: readonly JsonValue[];
  readonly refused?: readonly JsonValue[];
  readonly invalid?: readonly JsonValue[];
}

describe('a rewritten schema is compiled by xgrammar, which allows every valid value', () => {
  test.each<[string, AnySchema, Values]>([
    [
      'members next to alternatives',
      object(
        { id: text },
        {
          required: ['id'],
          oneOf: [
            object({ up: { type: 'integer' } }, { required: ['up'] }),
            { properties: { down: { type: 'integer' } }, required: ['down'] },
          ],
        },
      ),
      {
        valid: [
          { id: 'x', up: 1 },
          { id: 'x', down: 2 },
        ],
        refused: [7, {}, { up: 1 }, { id: 'x' }],
      },
    ],
    [
      'alternatives of required names',
      object({ id: text, name: text }, { anyOf: [{ required: ['id'] }, { required: ['name'] }] }),
      {
        valid: [{ id: 'x' }, { name: 'y' }, { id: 'x', name: 'y' }],
        refused: [{}, 'x', { id: 4 }],
      },
    ],
    [
      'two unions',
      object(
        { a: text, b: text, c: text },
        {
          anyOf: [{ required: ['a'] }, { required: ['b'] }],
          oneOf: [{ required: ['c'] }, { properties: { c: false } }],
        },
      ),
      { valid: [{ a: 'x', c: 'z' }, { b: 'y' }], refused: [{ c: 'z' }] },
    ],
    [
      'parts that hold together',
      {
        allOf: [
          object({ a: text }, { required: ['a'] }),
          object({ b: { type: 'integer' } }, { required: ['b'] }),
          { properties: { a: { enum: ['x', 'y'] } } },
        ],
      },
      { valid: [{ a: 'x', b: 1 }], refused: [{ a: 'x' }, { a: 'z', b: 1 }, [1]] },
    ],
    [
      'a reference with rules next to it',
      object(
        { p: { $ref: '#/$defs/P', required: ['x'] } },
        {
          required: ['p'],
          $defs: {
            P: object({
              x: text,
              y: text,
              note: { description: 'long '.repeat(50), type: 'string' },
            }),
          },
        },
      ),
      { valid: [{ p: { x: 'a' } }], refused: [{ p: {} }] },
    ],
    [
      'a definition that refers to itself',
      tree,
      {
        valid: [{ label: 'a', kids: [{ kids: [{ label: 'c' }] }] }],
        refused: [{ kids: [] }, { label: 1 }],
      },
    ],
    [
      'a condition',
      conditional,
      {
        valid: [{ kind: 'box', width: 2 }, { kind: 'tube', radius: 1 }, { kind: 'tube' }],
        refused: [{ kind: 'cone' }, {}],
        invalid: [{ kind: 'box' }],
      },
    ],
    [
      'a dependent schema',
      object(
        { card: text },
        { dependentSchemas: { card: { properties: { code: text }, required: ['code'] } } },
      ),
      { valid: [{}, { card: '1', code: '2' }], refused: [{ card: '1' }] },
    ],
    [
      'a record with listed keys',
      z.object({ s: z.record(z.enum(['north', 'south']), z.number()) }),
      { valid: [{ s: { north: 1, south: 2.5 } }], refused: [{ s: {} }, { s: { west: 1 } }] },
    ],
    [
      'a required name without a schema',
      object({ a: text }, { required: ['a', 'z'] }),
      { valid: [{ a: 'x', z: [1] }], refused: [{ a: 'x' }] },
    ],
    [
      'an impossible member',
      z.object({ a: z.string(), b: z.never().optional() }),
      { valid: [{ a: 'x' }], refused: [{ a: 'x', b: 1 }] },
    ],
    [
      'an impossible alternative',
      object({ where: { anyOf: [{ not: {} }, { enum: ['here'] }, false] } }),
      { valid: [{ where: 'here' }, {}], refused: [{ where: 1 }] },
    ],
    [
      'excluded values',
      object({ a: { type: 'string', not: { const: 'root' } } }),
      { valid: [{ a: 'me' }], refused: [{ a: 1 }], invalid: [{ a: 'root' }] },
    ],
    [
      'an open object as a member',
      object({ meta: { type: 'object', properties: {} } }),
      { valid: [{ meta: { any: [1] } }], refused: [{ meta: 1 }] },
    ],
    [
      'names inside an object that xgrammar cannot write',
      object({
        row: object(
          { 'the "best"': text, 'a\\b': { type: 'integer' } },
          { required: ['the "best"'], additionalProperties: false },
        ),
      }),
      {
        valid: [{ row: { 'the "best"': 'x', 'a\\b': 1 } }, {}],
        refused: [{ row: 1 }],
        invalid: [{ row: {} }, { row: { 'the "best"': 2 } }],
      },
    ],
    [
      'a tuple with a fixed number of items',
      object({
        at: { type: 'array', prefixItems: [{ type: 'number' }, text], minItems: 2, items: false },
      }),
      { valid: [{ at: [1, 'x'] }, {}], refused: [{ at: [1, 'x', 2] }, { at: 'x' }] },
    ],
    [
      'lengths',
      object({ a: { type: 'string', minLength: 2, maxLength: 9 } }),
      { valid: [{ a: 'two\n"q"' }], refused: [{ a: 1 }], invalid: [{ a: 'x' }] },
    ],
    [
      'a range of a number',
      object({ a: { type: 'number', minimum: 0, maximum: 1 } }),
      { valid: [{ a: 0.0001 }, { a: 1 }, { a: 1e-7 }], refused: [{ a: 'x' }], invalid: [{ a: 3 }] },
    ],
    [
      'a range of an integer',
      object({ a: { type: 'integer', minimum: 2, exclusiveMaximum: 30 } }),
      { valid: [{ a: 2 }, { a: 29 }], refused: [{ a: 1 }, { a: 30 }] },
    ],
    [
      'limits that are too large for xgrammar',
      object({ a: { type: 'integer', minimum: 0.5, maximum: 1e30 } }),
      { valid: [{ a: 12 }], invalid: [{ a: 0 }] },
    ],
    [
      'an anchored pattern',
      object({ a: { type: 'string', pattern: '^(?:v\\d{1,2}|main)-[\\w.-]+?$' } }),
      { valid: [{ a: 'v12-a_b.c-d' }, { a: 'main-x' }], refused: [{ a: 'v123-x' }, { a: 'x' }] },
    ],
    [
      'a pattern without anchors',
      object({ a: { type: 'string', pattern: 'b+' } }),
      { valid: [{ a: 'abba' }], refused: [{ a: 1 }], invalid: [{ a: 'x' }] },
    ],
    [
      'patterns with a dot, a word boundary, a look-ahead, a reference, a property',
      object({
        a: { type: 'string', pattern: '^a.c$' },
        b: { type: 'string', pattern: '^\\bx$' },
        c: { type: 'string', pattern: '^(?=x)x$' },
        d: { type: 'string', pattern: '^(x)\\1$' },
        e: { type: 'string', pattern: '^\\p{L}$' },
        f: { type: 'string', pattern: '^[^a]$' },
      }),
      { valid: [{ a: 'a"c', b: 'x', c: 'x', d: 'xx', e: 'é', f: '"' }], invalid: [{ a: 'b' }] },
    ],
    [
      'classes with letters that are not ASCII',
      object({
        a: { type: 'string', pattern: '^[äöü]+$' },
        b: { type: 'string', pattern: '^[a-zà-ÿ]+$' },
      }),
      { valid: [{ a: 'äö', b: 'née' }], refused: [{ a: 1 }], invalid: [{ a: 'x' }] },
    ],
    [
      'a pattern with a flag',
      z.object({ a: z.string().regex(/^[a-z]{3}$/i) }),
      { valid: [{ a: 'ABC' }], refused: [{ a: 1 }], invalid: [{ a: 'A1' }] },
    ],
    [
      'a pattern of another language',
      object({ a: { type: 'string', pattern: '\\A[[:alpha:]]+\\Z' } }),
      { valid: [{ a: 'abc' }], refused: [{ a: 1 }] },
    ],
    [
      'formats and their patterns',
      z.object({
        m: z.email(),
        t: z.iso.time(),
        d: z.iso.datetime({ local: true }),
        u: z.uuid(),
        c: z.cuid2(),
      }),
      {
        valid: [
          {
            m: 'a.b@c.co',
            t: '10:20:30',
            d: '2024-01-02T10:20:30',
            u: '123e4567-e89b-42d3-a456-426614174000',
            c: 'abc1',
          },
        ],
        refused: [
          {
            m: 'x',
            t: '10:20:30',
            d: '2024-01-02T10:20:30',
            u: '123e4567-e89b-42d3-a456-426614174000',
            c: 'abc1',
          },
        ],
      },
    ],
    [
      'keys by pattern',
      object({
        env: {
          type: 'object',
          patternProperties: { '^[A-Z_]+$': text },
          additionalProperties: false,
        },
      }),
      { valid: [{ env: { PATH: 'x' } }, { env: {} }], refused: [{ env: { path: 'x' } }] },
    ],
    [
      'keys by a pattern that is not anchored',
      object({
        env: { type: 'object', patternProperties: { '^x-': text }, additionalProperties: false },
      }),
      {
        valid: [{ env: { 'x-a': 'x' } }],
        refused: [{ env: { 'x-a': 1 } }],
        invalid: [{ env: { y: 'x' } }],
      },
    ],
    [
      'a value that may be null',
      z.object({ n: z.int().min(1).nullable(), s: z.union([z.string().max(5), z.null()]) }),
      {
        valid: [
          { n: null, s: null },
          { n: 4, s: '"\n' },
        ],
        refused: [
          { n: 0, s: null },
          { n: 'x', s: 1 },
        ],
      },
    ],
  ])('%s', async (_, source, { valid, refused = [], invalid = [] }) => {
    const schema = toSchema(source);
    const allows = await compileForXgrammar(
      rewriteForConstraint(schema.jsonSchema, xgrammarKeywords),
    );
    for (const value of valid) {
      expect({
        value,
        valid: (await schema.validate(value)).ok,
        allowed: await allows(value),
      }).toEqual({ value, valid: true, allowed: true });
    }
    for (const value of refused)
      expect({ value, allowed: await allows(value) }).toEqual({ value, allowed: false });
    for (const value of [...refused, ...invalid])
      expect({ value, ok: (await schema.validate(value)).ok }).toEqual({ value, ok: false });
  });
});
