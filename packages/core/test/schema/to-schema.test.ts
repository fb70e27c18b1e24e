import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import { SchemaError } from '../../src/errors.ts';
import { type AnySchema, jsonSchema, toSchema } from '../../src/schema/convert/to-schema.ts';

const citySchema = {
  type: 'object',
  properties: { city: { type: 'string', description: 'The city' }, days: { type: 'integer' } },
  required: ['city'],
} as const;

describe('JSON Schema of a library', () => {
  test('a zod 4 schema is described by its input: a field with a default is optional', () => {
    const schema = z.object({
      city: z.string().describe('The city'),
      days: z.number().default(3),
      size: z.string().transform(Number),
    });
    expect(toSchema(schema).jsonSchema).toEqual({
      type: 'object',
      properties: {
        city: { type: 'string', description: 'The city' },
        days: { type: 'number', default: 3 },
        size: { type: 'string' },
      },
      required: ['city', 'size'],
    });
  });

  test('a zod 3 schema gives the same', () => {
    const schema = z3.object({
      city: z3.string().describe('The city'),
      days: z3.number().default(3),
      size: z3.string().transform(Number),
    });
    expect(toSchema(schema).jsonSchema).toMatchObject({
      type: 'object',
      properties: {
        city: { type: 'string', description: 'The city' },
        days: { type: 'number', default: 3 },
        size: { type: 'string' },
      },
      required: ['city', 'size'],
    });
  });

  test('a zod/mini schema, which has no toJSONSchema method, gives the same', () => {
    const schema = mini.object({ city: mini.string(), days: mini.optional(mini.number()) });
    expect(toSchema(schema).jsonSchema).toEqual({
      type: 'object',
      properties: { city: { type: 'string' }, days: { type: 'number' } },
      required: ['city'],
    });
  });

  test('a Standard Schema is converted by its Standard JSON Schema', () => {
    const schema = standardSchema({
      jsonSchema: { input: () => ({ $schema: 'x', ...citySchema }) },
    });
    expect(toSchema(schema).jsonSchema).toEqual(citySchema);
  });

  test('a stricter method of the library is preferred, with the input side', () => {
    const schema = {
      ...standardSchema({ jsonSchema: { input: () => ({}) } }),
      in: { toJsonSchema: () => citySchema },
    };
    expect(toSchema(schema).jsonSchema).toEqual(citySchema);
  });

  test('a Standard Schema without a conversion is refused, and the error names what to use', () => {
    expect(() => toSchema(standardSchema({}))).toThrow(/toStandardJsonSchema/);
  });

  test('the error quotes a library that throws', () => {
    const schema = standardSchema({
      jsonSchema: {
        input: () => {
          throw new Error('no word for a Date');
        },
      },
    });
    expect(() => toSchema(schema)).toThrow(/no word for a Date/);
  });

  test('a JSON Schema object is kept, without "$schema" and "$id"', () => {
    const source = {
      $schema: 'http://json-schema.org/draft-07/schema#',
      $id: 'city',
      ...citySchema,
    };
    expect(toSchema(source).jsonSchema).toEqual(citySchema);
    expect(source).toHaveProperty('$id');
  });

  test('a schema is converted once, and a converted schema is returned unchanged', () => {
    const source = z.object({ a: z.string() });
    const schema = toSchema(source);
    expect(toSchema(source)).toBe(schema);
    expect(toSchema(schema)).toBe(schema);
    expect(jsonSchema<{ city: string }>(citySchema)).toBe(toSchema(citySchema));
  });

  test('a recursive schema keeps its references valid', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node);
      },
    });
    const node3: z3.ZodType<unknown> = z3.lazy(() =>
      z3.object({ name: z3.string(), children: z3.array(node3) }),
    );
    const good = { tree: { name: 'a', children: [{ name: 'b', children: [] }] } };
    const bad = { tree: { name: 'a', children: [{ name: 5, children: [] }] } };
    for (const source of [z.object({ tree: node }), z3.object({ tree: node3 })]) {
      const again = toSchema(toSchema(source).jsonSchema);
      expect(again.validate(good)).toMatchObject({ ok: true });
      expect(again.validate(bad)).toMatchObject({
        ok: false,
        issues: [{ path: 'tree.children[0].name' }],
      });
    }
  });

  test('dates and big integers that are coerced take a string', async () => {
    const schemas = [
      toSchema(z.object({ at: z.coerce.date(), count: z.coerce.bigint() })),
      toSchema(z3.object({ at: z3.coerce.date(), count: z3.coerce.bigint() })),
    ];
    for (const schema of schemas) {
      expect(schema.jsonSchema.properties).toEqual({
        at: { type: 'string', format: 'date-time' },
        count: { type: 'string', pattern: '^-?\\d+$' },
      });
      expect(await schema.validate({ at: '2026-01-02T03:04:05Z', count: '12' })).toEqual({
        ok: true,
        value: { at: new Date('2026-01-02T03:04:05Z'), count: 12n },
      });
    }
  });
});

describe('what JSON cannot represent', () => {
  const unsupported: [string, (library: typeof z) => AnySchema][] = [
    ['a date', (library) => library.object({ a: library.array(library.date()) })],
    ['a big integer', (library) => library.object({ a: library.array(library.bigint()) })],
    [
      'a map',
      (library) =>
        library.object({ a: library.array(library.map(library.string(), library.string())) }),
    ],
    ['a set', (library) => library.object({ a: library.array(library.set(library.string())) })],
    ['a symbol', (library) => library.object({ a: library.array(library.symbol()) })],
    ['undefined', (library) => library.object({ a: library.array(library.undefined()) })],
    ['NaN', (library) => library.object({ a: library.array(library.nan()) })],
    [
      'a literal big integer',
      (library) => library.object({ a: library.array(library.literal(3n)) }),
    ],
  ];

  test.each(unsupported)('%s is refused at once, with its path and a hint', (_, make) => {
    for (const library of [z, z3 as unknown as typeof z]) {
      const error = thrownBy(() => toSchema(make(library)));
      expect(error).toBeInstanceOf(SchemaError);
      expect(error).toMatchObject({ code: 'invalid_schema', path: '#/properties/a/items' });
      expect(String(error)).toMatch(/Use /);
    }
  });

  test('a file, a function and a class of zod 4 are refused too', () => {
    for (const part of [z.file(), z.function(), z.instanceof(Map)]) {
      expect(thrownBy(() => toSchema(z.object({ a: part })))).toMatchObject({
        path: '#/properties/a',
      });
    }
  });

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /undefined is not a schema/],
    ['a text', 'string', /"string" is not a schema/],
    ['a list', [z.string()], /a list is not a schema/],
    ['a function', z.string, /call it/],
    ['a promise', Promise.resolve(z.string()), /await it/],
    ['a shape', { city: z.string() }, /wrap it in z\.object/],
    ['an object that is not a JSON Schema', { city: 'string' }, /"properties"/],
  ])('%s is refused', (_, source, message) => {
    expect(() => toSchema(source as AnySchema)).toThrow(message);
  });

  test.each<[string, string, AnySchema]>([
    [
      'a type of another language',
      '#/properties/a/type',
      { type: 'object', properties: { a: { type: 'dict' } } },
    ],
    [
      'a reference without a target',
      '#/properties/a',
      { type: 'object', properties: { a: { $ref: '#/$defs/b' } } },
    ],
    [
      'a reference to another document',
      '#/properties/a',
      { type: 'object', properties: { a: { $ref: 'https://example.org/a.json' } } },
    ],
    [
      'a reference to itself',
      '#/$defs/a',
      { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/a' } } },
    ],
    ['a keyword with a value of the wrong kind', '#/required', { type: 'object', required: 'a' }],
    ['a subschema that is none', '#/properties/a', { type: 'object', properties: { a: 'string' } }],
  ])('%s is refused with its path', (_, path, source) => {
    expect(thrownBy(() => toSchema(source))).toMatchObject({ code: 'invalid_schema', path });
  });

  test('a field that the conversion loses is an error', () => {
    const broken = Object.create(z.object({ a: z.string() }), {
      toJSONSchema: { value: () => ({}) },
    });
    expect(thrownBy(() => toSchema(broken))).toMatchObject({ path: '#/properties/a' });
  });
});

test('an import alone loads no schema library, except the parts of zod/v4/core that the build includes', () => {
  const folder = new URL('../../src/schema/', import.meta.url);
  const files = readdirSync(folder, { encoding: 'utf8', recursive: true }).filter((file) =>
    file.endsWith('.ts'),
  );
  expect(files.length).toBeGreaterThan(30);
  const imports = files.flatMap((file) =>
    readFileSync(new URL(file, folder), 'utf8').match(/^import (?!type )[^;]*;/gm),
  );
  const libraries = imports.filter(
    (line) => line !== null && !/from '(?:\.|node:|zod\/v4\/core')/.test(line),
  );
  expect(libraries).toEqual([]);
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
  } catch (thrown) {
    return thrown;
  }
  return undefined;
}

function standardSchema(parts: { jsonSchema?: { input: () => Record<string, unknown> } }) {
  return {
    '~standard': {
      version: 1,
      vendor: 'valibot',
      validate: (value: unknown) => ({ value }),
      ...parts,
    },
  } as const;
}
