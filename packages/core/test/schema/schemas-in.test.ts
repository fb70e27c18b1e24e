import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { Agent } from '../../src/agent/agent.ts';
import type { SchemaError } from '../../src/errors.ts';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { type AnySchema, toSchema } from '../../src/schema/convert/to-schema.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/index.ts';
import { tool } from '../../src/tool/tool.ts';

/** The statuses of calls of one tool with each of the arguments. */
async function statusesOf(parameters: AnySchema, ...calls: JsonObject[]): Promise<string[]> {
  const replies = [...calls.map((args) => callsTool('probe', args)), says('done')];
  const probe = tool({ name: 'probe', description: 'Probes.', parameters, execute: () => 'ok' });
  const agent = new Agent({ name: 'prober', model: scriptedModel(replies), tools: [probe] });
  const { transcript } = await agent.run('Go.');
  return transcript.turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ status }) => status) : [],
  );
}

const accepts = async (schema: AnySchema, good: JsonObject[], bad: JsonObject[]) =>
  expect(await statusesOf(schema, ...good, ...bad)).toEqual([
    ...good.map(() => 'ok'),
    ...bad.map(() => 'invalid-arguments'),
  ]);

const field = (schema: JsonValue, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties: { v: schema },
  required: ['v'],
  ...more,
});
const v = (value: JsonValue): JsonObject => ({ v: value });

function thrownBy(run: () => unknown): SchemaError {
  try {
    run();
  } catch (thrown) {
    return thrown as SchemaError;
  }
  throw new Error('Nothing was thrown.');
}

describe('keywords of OpenAPI 3.0 and of older drafts', () => {
  test.each<[string, JsonValue, JsonValue[], JsonValue[]]>([
    ['nullable next to a type', { type: 'integer', nullable: true }, [1, null], ['x']],
    [
      'nullable next to an enum',
      { type: 'string', enum: ['a'], nullable: true },
      ['a', null],
      ['b'],
    ],
    ['nullable without a type', { enum: ['on', 'off'], nullable: true }, ['on', null], ['x', 1]],
    [
      'nullable next to oneOf',
      { nullable: true, oneOf: [{ type: 'boolean' }, { type: 'integer' }] },
      [true, 4, null],
      ['x'],
    ],
    ['nullable next to a const', { nullable: true, const: 7 }, [7, null], [8]],
    ['nullable: false', { type: 'integer', nullable: false }, [1], [null]],
    ['x-nullable of Swagger 2', { type: 'integer', 'x-nullable': true }, [1, null], ['x']],
    [
      'exclusiveMaximum: true',
      { type: 'number', maximum: 10, exclusiveMaximum: true },
      [9.9],
      [10],
    ],
    ['exclusiveMinimum: false', { type: 'number', minimum: 1, exclusiveMinimum: false }, [1], [0]],
    [
      'a boolean bound without its limit',
      { type: 'number', exclusiveMinimum: true },
      [1, -1],
      ['x'],
    ],
    ['a type in capitals', { type: 'INTEGER' }, [1], ['x']],
    ['a list of types in capitals', { type: ['String', 'NULL'] }, ['x', null], [1]],
    ['the type "any"', { type: 'any', description: 'whatever' }, [1, 'x', null, {}], []],
    ['the type "file"', { type: 'file' }, ['report.pdf'], [1]],
    [
      'keywords that are null',
      { type: 'string', description: null, format: null, pattern: null, enum: null },
      ['x'],
      [1],
    ],
    ['values of an enum that are repeated', { enum: ['x', 'y', 'x'] }, ['x', 'y'], ['z']],
    ['limits in quotes', { type: 'string', minLength: '2', maxLength: '3' }, ['xy'], ['x', 'wxyz']],
    ['a bound in quotes', { type: 'number', minimum: '-1.5' }, [-1.5], [-2]],
    ['annotations of another type', { type: 'string', title: 7, description: ['x'] }, ['x'], [1]],
    ['an annotation in a text', { type: 'string', readOnly: 'yes', deprecated: 1 }, ['x'], [1]],
    ['an id of draft-04', { id: 'http://example.org/part#', type: 'string' }, ['x'], [1]],
    [
      'examples that are no list',
      { type: 'string', examples: { one: { value: 'x' } } },
      ['x'],
      [1],
    ],
    [
      'a discriminator',
      {
        type: 'object',
        discriminator: { propertyName: 'kind' },
        properties: { kind: { type: 'string' } },
      },
      [{ kind: 'a' }],
      [{ kind: 1 }],
    ],
    ['members as an empty list', { type: 'object', properties: [] }, [{}], [1]],
    ['$async', { $async: true, type: 'string' }, ['x'], [1]],
    ['"required" as an empty list of draft-04', { type: 'object', required: [] }, [{}], [1]],
  ])('%s', async (_, schema, good, bad) => {
    await accepts(field(schema), good.map(v), bad.map(v));
  });

  test('nullable next to a reference', async () => {
    const $defs = {
      Place: {
        type: 'object',
        properties: { street: { type: 'string', minLength: 2 } },
        description: 'where '.repeat(50),
      },
    };
    const schema = field({ $ref: '#/$defs/Place', nullable: true }, { $defs });
    await accepts(schema, [v(null), v({ street: 'Ring' })], [v(5), v({ street: 'x' })]);
  });

  test('an enum without values allows nothing, and the other properties can be used', async () => {
    const properties = { a: { type: 'string' }, b: { enum: [] } };
    await accepts({ type: 'object', properties }, [{ a: 'x' }], [{ b: 'x' }]);
  });

  test('required names that are repeated, and required on the property itself', async () => {
    const properties = {
      a: { type: 'string', required: true },
      b: { type: 'string', required: false },
    };
    await accepts({ type: 'object', properties, required: ['a', 'a'] }, [{ a: 'x' }], [{ b: 'x' }]);
    await accepts({ type: 'object', properties }, [{ a: 'x' }], [{ b: 'x' }]);
  });

  test('are rewritten in definitions too, in every part of the document', async () => {
    const models = {
      Size: {
        type: 'OBJECT',
        properties: { cm: { type: 'number', minimum: 0, exclusiveMinimum: true } },
      },
    };
    const schema = { ...field({ $ref: '#/models/Size' }), models };
    await accepts(schema, [v({ cm: 1 })], [v({ cm: 0 }), v('x')]);
    expect(JSON.stringify(toSchema(schema).jsonSchema)).not.toContain('models');
  });

  test('a property that is called like a keyword stays', async () => {
    const properties = {
      nullable: { type: 'boolean' },
      xml: { type: 'string' },
      id: { type: 'integer' },
    };
    await accepts(
      { type: 'object', properties, required: ['xml', 'id'] },
      [{ xml: '<a/>', id: 4 }],
      [{ id: 'x', xml: '' }],
    );
  });

  test('types of other languages are still refused, with the name of the property', () => {
    for (const [type, meant] of [
      ['dict', 'object'],
      ['constructor', 'one of'],
    ] as const) {
      const error = thrownBy(() => toSchema(field({ type })));
      expect(error).toMatchObject({ code: 'invalid_schema', path: '#/properties/v/type' });
      expect(error.message).toContain(meant);
    }
  });
});

describe('holders of definitions', () => {
  const components = {
    schemas: {
      Dog: {
        type: 'object',
        properties: { name: { type: 'string' } },
        required: ['name'],
        description: 'barks '.repeat(40),
      },
      Cat: { description: 'never used' },
    },
  };

  test('are not sent with the schema; what is used moves to $defs', () => {
    const { jsonSchema } = toSchema({ ...field({ $ref: '#/components/schemas/Dog' }), components });
    expect(Object.keys(jsonSchema).sort()).toEqual(['$defs', 'properties', 'required', 'type']);
    expect(jsonSchema.$defs).toEqual({ Dog: components.schemas.Dog });
    expect(toSchema({ ...field({ type: 'string' }), components }).jsonSchema).toEqual(
      field({ type: 'string' }),
    );
  });

  test('a holder that is a keyword stays', () => {
    const schema = { ...field({ type: 'string', maxLength: 4, description: 'long '.repeat(50) }) };
    const both = {
      ...schema,
      properties: { ...(schema.properties as JsonObject), w: { $ref: '#/properties/v' } },
    };
    expect(Object.keys(toSchema(both).jsonSchema.properties as JsonObject)).toEqual(['v', 'w']);
  });
});

describe('the parameters of a tool are an object', () => {
  const point = {
    type: 'object',
    properties: { x: { type: 'number', description: 'far '.repeat(60) } },
    required: ['x'],
  };

  test.each<[string, AnySchema]>([
    ['a reference at the root', { $ref: '#/$defs/Point', $defs: { Point: point } }],
    [
      'a reference to a reference',
      { $ref: '#/$defs/A', $defs: { A: { $ref: '#/definitions/B' } }, definitions: { B: point } },
    ],
    [
      'a reference next to other rules',
      { $ref: '#/$defs/Point', minProperties: 1, $defs: { Point: point } },
    ],
    ['a list with one type', { ...point, type: ['object'] }],
    ['a list with null', { ...point, type: ['object', 'null'] }],
    ['no type', { properties: point.properties, required: ['x'] }],
    ['allOf', { allOf: [point] }],
    ['anyOf', { anyOf: [point, { type: 'string' }] }],
    ['a union of zod', z.union([z.object({ x: z.number() }), z.string()])],
  ])('%s', async (_, schema) => {
    await accepts(schema, [{ x: 1 }], [{}, { x: 'far' }]);
    const { jsonSchema } = tool({
      name: 'f',
      description: 'F.',
      parameters: schema,
      execute: () => 1,
    }).schema;
    expect(jsonSchema.type).toBe('object');
    expect(jsonSchema.$ref).toBeUndefined();
  });

  test('a schema that refers to itself keeps its definition', async () => {
    const Node = {
      type: 'object',
      properties: {
        label: { type: 'string' },
        kids: { type: 'array', items: { $ref: '#/$defs/Node' } },
      },
      required: ['label'],
    };
    await accepts(
      { $ref: '#/$defs/Node', $defs: { Node } },
      [{ label: 'a', kids: [{ label: 'b' }] }],
      [{ label: 'a', kids: [{}] }],
    );
  });

  test.each<[string, AnySchema]>([
    ['a string', z.string()],
    ['a list', { type: 'array' }],
    ['a reference to a string', { $ref: '#/$defs/T', $defs: { T: { type: 'string' } } }],
    ['a union without an object', { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['values that are no objects', { enum: ['a', 1] }],
  ])('%s is refused', (_, parameters) => {
    const error = thrownBy(() =>
      tool({ name: 'f', description: 'F.', parameters, execute: () => 1 }),
    );
    expect(error).toMatchObject({ code: 'invalid_schema' });
    expect(error.message).toContain('parameters of tool "f"');
  });
});

describe('schemas that exclude values', () => {
  test.each<[string, JsonValue, JsonValue[], JsonValue[]]>([
    ['not a type', { not: { type: 'string' } }, [1], ['x']],
    ['not a value', { type: 'string', not: { enum: ['root'] } }, ['me'], ['root']],
    [
      'an alternative that is impossible',
      { anyOf: [{ not: {} }, { type: 'integer' }] },
      [1],
      ['x'],
    ],
    ['true', true, [1, null, {}], []],
  ])('%s', async (_, schema, good, bad) => {
    await accepts(field(schema), good.map(v), bad.map(v));
  });

  test('an optional property that allows nothing may be left out', async () => {
    await accepts(
      { type: 'object', properties: { a: false, b: { not: {} } } },
      [{}],
      [{ a: 1 }, { b: 1 }],
    );
    await accepts(z.object({ a: z.never().optional() }), [{}], [{ a: 1 }]);
  });

  test.each<[string, string, AnySchema]>([
    ['a required field that is false', '#/properties/v', field(false)],
    ['a required field that excludes everything', '#/properties/v/not', field({ not: {} })],
    ['z.never()', '#/properties/v/not', z.object({ v: z.never() })],
    ['an empty enum', '#/properties/v/not', field({ enum: [] })],
    ['a const of another type', '#/properties/v/const', field({ type: 'string', const: 5 })],
    ['a union of nothing', '#/properties/v/anyOf/0', field({ anyOf: [false, { not: true }] })],
    [
      'a name that is required and forbidden',
      '#/required',
      { type: 'object', properties: {}, additionalProperties: false, required: ['v'] },
    ],
    [
      'a range without values',
      '#/properties/v/minimum',
      field({ type: 'integer', minimum: 5, maximum: 4 }),
    ],
    [
      'items that are needed and impossible',
      '#/properties/v/items',
      field({ type: 'array', items: false, minItems: 1 }),
    ],
    [
      'a reference to an impossible definition',
      '#/properties/v',
      field(
        { $ref: '#/$defs/No' },
        {
          $defs: {
            No: {
              type: 'object',
              required: ['a'],
              properties: { a: false },
              description: 'no '.repeat(90),
            },
          },
        },
      ),
    ],
  ])('%s is refused when the tool is made', (_, path, parameters) => {
    const error = thrownBy(() =>
      tool({ name: 'f', description: 'F.', parameters, execute: () => 1 }),
    );
    expect(error).toMatchObject({ code: 'invalid_schema', path });
  });

  test('an impossible output is refused when the agent is made', () => {
    const make = () =>
      new Agent({ name: 'prober', model: scriptedModel([]), output: z.object({ a: z.never() }) });
    expect(thrownBy(make)).toMatchObject({ code: 'invalid_schema', path: '#/properties/a/not' });
  });
});

describe('patterns', () => {
  test.each<[string, string, JsonValue[], JsonValue[]]>([
    ['only valid without the u flag', '^wss\\:\\/\\/[\\w\\-\\.]+', ['wss://a-b.c'], ['ws://a']],
    ['with a class of Unicode', '^\\p{Lu}', ['Ä'], ['ä']],
    ['with an inline flag', '(?i)^yes|no$', ['YES', 'anything'], [1]],
    ['with a group for flags', '^(?i:ab)c$', ['ABc'], [1]],
    ['with \\A and \\z', '\\A[a-f]{2}\\z', ['ab'], [1]],
    ['with a class of POSIX', '^[[:digit:][:upper:]]+$', ['A7'], [1]],
    ['with a named group of Python', '(?P<hour>\\d\\d):(?P=hour)', ['10:10'], [1]],
    ['with an escape of another language', '^\\h+\\R$', [' \n'], [1]],
    ['with an atomic group', '^(?>a+)b', ['aab'], [1]],
    ['that no language can read', '([a-z', ['x'], [1]],
    ['with an escaped backslash before a letter', '^C:\\\\Windows$', ['C:\\Windows'], ['C:\\A']],
  ])('%s', async (_, pattern, good, bad) => {
    await accepts(field({ type: 'string', pattern }), good.map(v), bad.map(v));
  });

  test('keys under a pattern of another language may hold anything', async () => {
    const patternProperties = { '(?i)^x-': { type: 'string' }, '^n\\:': { type: 'number' } };
    const schema = { type: 'object', patternProperties, additionalProperties: false };
    await accepts(schema, [{ 'X-a': 1 }, { 'n:a': 1 }], [{ 'n:a': 'x' }]);
  });

  test('an error of the schema names the property', () => {
    const schema = {
      type: 'object',
      properties: { deep: { type: 'array', items: { type: 'string', minLength: 'two' } } },
    };
    expect(thrownBy(() => toSchema(schema))).toMatchObject({
      path: '#/properties/deep/items/minLength',
    });
  });
});

describe('names of Object.prototype are ordinary names', () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'];

  test.each(names)('%s', async (name) => {
    const withName = (value: JsonValue) =>
      JSON.parse(`{"${name}":${JSON.stringify(value)}}`) as JsonObject;
    const properties = { ...withName({ type: 'string' }), size: { type: 'integer' } };
    await accepts({ type: 'object', properties }, [{ size: 1 }, withName('x')], []);
    await accepts({ type: 'object', properties, required: [name] }, [withName('x')], [{ size: 1 }]);
  });
});

describe('schemas of several libraries', () => {
  test('zod 3 inside zod 4, and the other way round, is one clear error', () => {
    const mixed = [
      z.object({ list: z.array(z.object({ a: z3.string() as never })) }),
      z3.object({ list: z3.array(z3.object({ a: z.string() as never })) }),
    ];
    for (const schema of mixed) {
      const error = thrownBy(() => toSchema(schema as AnySchema));
      expect(error.code).toBe('invalid_schema');
      expect(error.path).toContain('#/properties/list');
      expect(error.message).toContain('same version of zod');
    }
  });

  describe('the AI SDK', () => {
    const jsonSchema = field({ type: 'integer' });
    const even = (value: unknown) =>
      (value as { v: number }).v % 2 === 0
        ? { success: true, value: { v: 'even' } }
        : { success: false, error: new Error('v must be even') };

    test.each<[string, object]>([
      [
        'with a check',
        { [Symbol.for('vercel.ai.schema')]: true, _type: undefined, jsonSchema, validate: even },
      ],
      [
        'with an asynchronous check',
        { _type: undefined, jsonSchema, validate: async (value: unknown) => even(value) },
      ],
    ])('%s', async (_, schema) => {
      await accepts(schema as AnySchema, [{ v: 4 }], [{ v: 5 }, { v: 'x' }, {}]);
    });

    test('without a check, the JSON Schema counts', async () => {
      await accepts(
        { _type: undefined, jsonSchema, validate: undefined } as never,
        [{ v: 5 }],
        [{ v: 'x' }],
      );
    });

    test('a check that throws is an invalid call', async () => {
      const validate = () => {
        throw new Error('broken');
      };
      await accepts({ _type: undefined, jsonSchema, validate } as never, [], [{ v: 5 }]);
    });

    test('a JSON Schema that is a promise is refused', () => {
      const schema = { _type: undefined, jsonSchema: Promise.resolve(jsonSchema) };
      expect(thrownBy(() => toSchema(schema as never))).toMatchObject({ code: 'invalid_schema' });
    });
  });
});

describe('a regular expression with flags', () => {
  test.each<[string, AnySchema, string]>([
    [
      'zod 4',
      z.object({
        code: z
          .string()
          .regex(/^[a-z]{2}\d$/i)
          .regex(/^.{3}$/),
      }),
      'AB1',
    ],
    ['zod 3', z3.object({ code: z3.string().regex(/^[a-z]{2}\d$/i) }), 'AB1'],
  ])('is never stricter in JSON Schema than in %s', (_, schema, value) => {
    const { jsonSchema, validate } = toSchema(schema);
    expect(validate({ code: value })).toMatchObject({ ok: true });
    expect(toSchema(jsonSchema).validate({ code: value })).toMatchObject({ ok: true });
    expect(toSchema(schema).validate({ code: 'A-1' })).toMatchObject({ ok: false });
  });

  test('is in the description', () => {
    const { jsonSchema } = toSchema(
      z.object({ code: z.string().regex(/^x$/i).describe('The code') }),
    );
    expect(jsonSchema.properties).toEqual({
      code: { type: 'string', description: 'The code (matches /^x$/i)' },
    });
  });
});

test('the error of a schema that cannot be used names its tool', () => {
  const make = () =>
    tool({
      name: 'send_mail',
      description: 'Sends.',
      parameters: { type: 'object', properties: { to: { $ref: '#/$defs/Address' } } },
      execute: () => 'ok',
    });
  expect(make).toThrow('tool "send_mail"');
  expect(make).toThrow(expect.objectContaining({ code: 'invalid_schema' }));
});
