import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { JsonObject } from '../../src/json.ts';
import { type AnySchema, toSchema } from '../../src/schema/convert/to-schema.ts';
import { printSignature } from '../../src/schema/signature/signature.ts';

/** The signature of a tool `f` that does F. */
function sign(parameters: AnySchema): string {
  const { jsonSchema } = toSchema(parameters);
  return printSignature({ name: 'f', description: 'Does F.', parameters: jsonSchema });
}

const text = { type: 'string' };
const members = { id: text, name: text };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});

describe('parameters that depend on each other', () => {
  test.each<[string, JsonObject, string]>([
    [
      'alternatives without common parameters',
      {
        type: 'object',
        oneOf: [
          object({ by: { const: 'id' }, id: text }, { required: ['by', 'id'] }),
          { properties: { by: { const: 'all' } }, required: ['by'] },
        ],
      },
      'f(...({by: "id", id: string} | {by: "all"}))  # Does F.',
    ],
    [
      'alternatives next to common parameters',
      object(
        { id: text },
        {
          required: ['id'],
          anyOf: [object({ up: { type: 'integer' } }), object({ down: { type: 'integer' } })],
        },
      ),
      'f(id: string, ...({up?: int} | {down?: int}))  # Does F.',
    ],
    [
      'allOf',
      {
        type: 'object',
        allOf: [object({ a: text }, { required: ['a'] }), { $ref: '#/$defs/B' }],
        $defs: { B: object({ b: { type: 'number', minimum: 2 } }) },
      },
      'f(a: string, b?: number /* >= 2 */)  # Does F.',
    ],
    [
      'one of two',
      object(members, { anyOf: [{ required: ['id'] }, { required: ['name'] }] }),
      'f(id?: string, name?: string)  # Does F. (needs id or needs name)',
    ],
    [
      'exactly one of two',
      object(members, { oneOf: [{ required: ['id'] }, { type: 'object', required: ['name'] }] }),
      'f(id?: string, name?: string)  # Does F. (exactly one of: needs id or needs name)',
    ],
    [
      'both or none',
      object(members, { dependentRequired: { id: ['name'] } }),
      'f(id?: string, name?: string)  # Does F. (id needs name)',
    ],
    [
      'not both',
      object(members, { not: { required: ['id', 'name'] } }),
      'f(id?: string, name?: string)  # Does F. (not (needs id and name))',
    ],
    [
      'a condition',
      JSON.parse(
        '{"type":"object","properties":{"id":{"type":"string"},"name":{"type":"string"}},"if":{"properties":{"id":{"const":"x"}},"required":["id"]},"then":{"required":["name"]}}',
      ) as JsonObject,
      'f(id?: string, name?: string)  # Does F. (if {id: "x"} then (needs name))',
    ],
    [
      'a name that only "required" has',
      object({ id: text }, { required: ['id', 'extra'] }),
      'f(id: string, extra: any)  # Does F.',
    ],
    [
      'the number of parameters',
      object(members, { minProperties: 1 }),
      'f(id?: string, name?: string)  # Does F. (at least 1 key)',
    ],
    [
      'keys by pattern',
      { type: 'object', patternProperties: { '^x-': text } },
      'f([key: /^x-/]: string)  # Does F.',
    ],
  ])('%s', (_, schema, signature) => {
    expect(sign(schema)).toBe(signature);
  });
});

describe('rules below the first level', () => {
  test.each<[string, AnySchema, string]>([
    [
      'items of a list',
      z.object({ tags: z.array(z.string().min(2).max(9).describe('in lower case.')) }),
      'f(tags: (string /* in lower case; 2 to 9 characters */)[])',
    ],
    [
      'a number or null',
      z.object({ n: z.number().min(1).max(5).nullable() }),
      'f(n: number /* 1 to 5 */ | null)',
    ],
    [
      'a format or null',
      z.object({ at: z.iso.date().nullable() }),
      'f(at: string /* date */ | null)',
    ],
    [
      'alternatives',
      z.object({ v: z.union([z.string().max(3), z.int().positive().describe('a count')]) }),
      'f(v: string /* at most 3 characters */ | int /* a count; > 0 */)',
    ],
    [
      'a tuple',
      z.object({ at: z.tuple([z.number().min(-90).max(90), z.number()]) }),
      'f(at: [number /* -90 to 90 */, number])',
    ],
    [
      'values of a record',
      z.object({ ages: z.record(z.string(), z.int().min(0)) }),
      'f(ages: {[key: string]: int /* >= 0 */})',
    ],
    [
      'a record with listed keys',
      z.object({ s: z.record(z.enum(['north', 'south']), z.number()) }),
      'f(s: {north: number, south: number})',
    ],
    [
      'a partial record',
      z.object({ s: z.partialRecord(z.enum(['north', 'south']), z.number()) }),
      'f(s: {north?: number, south?: number})',
    ],
    [
      'keys of a record by pattern',
      z.object({ s: z.record(z.string().regex(/^[a-z]+$/), z.number()) }),
      'f(s: {[key: string]: number} /* every key fits string /* matches /^[a-z]+$/ * / */)',
    ],
    [
      'a needed item',
      object({ a: { type: 'array', contains: { const: 'x' }, minContains: 2 } }),
      'f(a?: any[] /* has an item that fits "x"; at least 2 such items */)',
    ],
    [
      'excluded values',
      object({ a: { type: 'string', not: { enum: ['root', 'admin'] } } }),
      'f(a?: string /* not "root" | "admin" */)',
    ],
    [
      'rules as alternatives',
      object({ a: { type: 'string', anyOf: [{ format: 'ipv4' }, { maxLength: 2 }] } }),
      'f(a?: string /* ipv4 or at most 2 characters */)',
    ],
  ])('%s', (_, schema, signature) => {
    expect(sign(schema)).toBe(`${signature}  # Does F.`);
  });

  test('the description and the rules of a definition that is used once follow its member', () => {
    const schema = object(
      { who: { $ref: '#/$defs/Who', title: 'x', minLength: 3 } },
      { $defs: { Who: { type: 'string', maxLength: 70, description: 'who pays '.repeat(20) } } },
    );
    expect(sign(schema)).toMatch(/who\?: string \/\* (who pays ?){20}; 3 to 70 characters \*\//);
  });

  test('those of a definition that is used more often follow its type', () => {
    const Code = {
      type: 'string',
      pattern: '^[A-Z]{3}$',
      description: 'the code of an airport, as on a ticket; '.repeat(5),
    };
    const signature = sign(
      object(
        { from: { $ref: '#/$defs/Code' }, to: { $ref: '#/$defs/Code', description: 'last stop' } },
        { $defs: { Code } },
      ),
    );
    expect(signature).toContain('f(from?: Code, to?: Code /* last stop */)');
    expect(signature).toMatch(
      /type Code = string \/\* (?:the code of an airport.*){5}matches \/\^\[A-Z\]\{3\}\$\/ \*\//,
    );
  });
});

describe('patterns', () => {
  test.each<[string, AnySchema, string]>([
    [
      'startsWith',
      z.object({ a: z.string().startsWith('https://x.y/') }),
      'starts with "https://x.y/"',
    ],
    ['endsWith', z.object({ a: z.string().endsWith('.pdf') }), 'ends with ".pdf"'],
    ['includes', z.object({ a: z.string().includes('@') }), 'contains "@"'],
    ['startsWith of zod 3', z3.object({ a: z3.string().startsWith('a-b') }), 'starts with "a-b"'],
    [
      'several checks',
      z.object({ a: z.string().startsWith('ab').endsWith('yz').regex(/^\w+$/) }),
      'starts with "ab"; ends with "yz"; matches /^\\w+$/',
    ],
    [
      'a pattern next to a format',
      object({ a: { type: 'string', format: 'uri', pattern: '^https:.*corp' } }),
      'uri; matches /^https:.*corp/',
    ],
    [
      'a long pattern',
      object({ a: { type: 'string', pattern: `^(?:${'ab|'.repeat(120)}c)$` } }),
      `matches /^(?:${'ab|'.repeat(120)}c)$/`,
    ],
    [
      'a pattern that could end a comment',
      object({ a: { type: 'string', pattern: '^[ab]*/c*' } }),
      'matches /^[ab]*\\/c{0,}/',
    ],
    [
      'a pattern of another language',
      object({ a: { type: 'string', pattern: '\\A(?i)x\\Z' } }),
      'matches /\\A(?i)x\\Z/',
    ],
  ])('%s', (_, schema, rule) => {
    expect(sign(schema)).toBe(
      `f(a${JSON.stringify(toSchema(schema).jsonSchema.required) === undefined ? '?' : ''}: string /* ${rule} */)  # Does F.`,
    );
  });

  test('the pattern that zod writes next to a format is not repeated', () => {
    const schema = z.object({ m: z.email(), t: z.iso.datetime({ offset: true }), u: z.uuid() });
    expect(sign(schema)).toBe(
      'f(m: string /* email */, t: string /* date-time */, u: string /* uuid */)  # Does F.',
    );
  });
});
