import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { DialectName } from '../../src/profile/model-profile.ts';
import { type AnySchema, jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { playCall } from '../support/play-call.ts';

const ways: readonly (readonly [DialectName, boolean])[] = [
  ['native', false],
  ['native', true],
  ['guided', false],
  ['guided', true],
];

const libraries: Readonly<Record<string, AnySchema>> = {
  'zod 4': z.object({
    title: z.string(),
    seats: z.number().optional(),
    open: z.boolean().optional(),
    days: z.array(z.number()).optional(),
    owner: z.object({ name: z.string(), age: z.number().optional() }).optional(),
  }),
  'zod 3': z3.object({
    title: z3.string(),
    seats: z3.number().optional(),
    open: z3.boolean().optional(),
    days: z3.array(z3.number()).optional(),
    owner: z3.object({ name: z3.string(), age: z3.number().optional() }).optional(),
  }),
  'JSON Schema': jsonSchema({
    type: 'object',
    properties: {
      title: { type: 'string' },
      seats: { type: 'number' },
      open: { type: 'boolean' },
      days: { type: 'array', items: { type: 'number' } },
      owner: { $ref: '#/$defs/owner' },
    },
    required: ['title'],
    $defs: {
      owner: {
        type: 'object',
        properties: { name: { type: 'string' }, age: { type: 'number' } },
        required: ['name'],
      },
    },
  }),
  'a schema with asynchronous checks': z.object({
    title: z.string().refine(async () => true),
    seats: z.number().optional(),
    open: z.boolean().optional(),
    days: z.array(z.number()).optional(),
    owner: z.object({ name: z.string(), age: z.number().optional() }).optional(),
  }),
};

/** What the model writes, and what the tool gets. */
const repaired: Readonly<Record<string, readonly [written: object, input: object]>> = {
  'the word undefined': [
    { title: 'undefined', seats: 'undefined', owner: { name: 'undefined', age: 'undefined' } },
    { title: 'undefined', owner: { name: 'undefined' } },
  ],
  'a number in quotes': [
    { title: 'a', seats: '12' },
    { title: 'a', seats: 12 },
  ],
  'true in quotes, as Python writes it': [
    { title: 'a', open: 'True' },
    { title: 'a', open: true },
  ],
  'a list in quotes': [
    { title: 'a', days: '[1, 3]' },
    { title: 'a', days: [1, 3] },
  ],
  'an object in quotes, with a number in quotes': [
    { title: 'a', owner: '{"name": "Io", "age": "7"}' },
    { title: 'a', owner: { name: 'Io', age: 7 } },
  ],
  'numbers in quotes in a list': [
    { title: 'a', days: ['1', 3] },
    { title: 'a', days: [1, 3] },
  ],
  'null for an optional property': [{ title: 'a', seats: null }, { title: 'a' }],
  'null in an object': [
    { title: 'a', owner: { name: 'Io', age: null } },
    { title: 'a', owner: { name: 'Io' } },
  ],
  'None in quotes for an optional number': [{ title: 'a', seats: 'None' }, { title: 'a' }],
  'several at once': [
    { title: 'a', seats: '12', open: null, owner: { name: 'Io', age: '7' } },
    { title: 'a', seats: 12, owner: { name: 'Io', age: 7 } },
  ],
};

describe.each(Object.entries(libraries))('%s', (_library, parameters) => {
  test.each(Object.entries(repaired))(
    '%s is repaired and reported',
    async (_what, [written, input]) => {
      for (const [dialect, stream] of ways) {
        const played = await playCall({
          parameters,
          written: JSON.stringify(written),
          dialect,
          stream,
        });
        expect(played.inputs).toEqual([input]);
        expect(played.result?.status).toBe('ok');
        expect(played.fixes).toContainEqual({
          kind: 'repaired-arguments',
          name: 'f',
          text: JSON.stringify(written),
          repairs: expect.arrayContaining([expect.stringMatching(/decoded|left out/)]),
        });
        expect(played.events.map(({ type }) => type)).toContain('turn-fixed');
      }
    },
  );

  test('valid arguments are not changed: a numeral for a string stays a string', async () => {
    const { inputs, fixes } = await playCall({ parameters, written: '{"title":"40"}' });
    expect(inputs).toEqual([{ title: '40' }]);
    expect(fixes).toEqual([]);
  });

  test('the tool does not run if the repairs do not make the whole valid', async () => {
    const written = '{"title":"a","seats":"12","days":"Monday"}';
    const { inputs, result, text, fixes } = await playCall({ parameters, written });
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
    expect(text).toContain('days: expected array, got "Monday"');
    expect(text).toContain('Write `days` as an array, not a string.');
    expect(fixes.map(({ kind }) => kind)).not.toContain('repaired-arguments');
  });

  test('null for a required property is refused', async () => {
    const { inputs, result } = await playCall({ parameters, written: '{"title":null}' });
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
  });
});

describe('the prompted dialect', () => {
  test.each([
    ['title="a", seats="12", open=None', { title: 'a', seats: 12 }],
    [
      'title="a", days="[1, 3]", owner={"name": "Io", "age": None}',
      { title: 'a', days: [1, 3], owner: { name: 'Io' } },
    ],
  ])('%s', async (written, input) => {
    const parameters = libraries['zod 4'] as AnySchema;
    const { inputs, fixes } = await playCall({ parameters, written, dialect: 'prompted' });
    expect(inputs).toEqual([input]);
    expect(fixes).toMatchObject([{ kind: 'repaired-arguments' }]);
  });
});

describe('whole arguments in another form', () => {
  const titled = z.object({ title: z.string() });
  const free = z.object({ seats: z.number().optional() });
  const encoded = JSON.stringify(JSON.stringify({ title: 'a "b"\n' }));

  test.each([
    ['native', false],
    ['native', true],
    ['guided', false],
  ] as const)(
    'arguments that are encoded twice are decoded: %s, streamed: %s',
    async (dialect, stream) => {
      const played = await playCall({ parameters: titled, written: encoded, dialect, stream });
      expect(played.inputs).toEqual([{ title: 'a "b"\n' }]);
      expect(played.fixes).toMatchObject([
        { kind: 'repaired-arguments', repairs: ['JSON inside a string'] },
      ]);
    },
  );

  test.each(['[]', '""', '"{}"', '"[]"', 'None', '"None"', '{}', ''])(
    'a tool that needs nothing runs with %s',
    async (written) => {
      const { inputs, requests } = await playCall({ parameters: free, written });
      expect(inputs).toEqual([{}]);
      expect(requests).toBe(2);
    },
  );

  test.each(['[]', '""', '"{}"', '"None"'])(
    'a guided call of a tool that needs nothing runs with %s',
    async (written) => {
      const { inputs } = await playCall({ parameters: free, written, dialect: 'guided' });
      expect(inputs).toEqual([{}]);
    },
  );

  test.each(['[]', '""', '"a"', '"[1]"', '["a"]', '5'])(
    'a tool that needs something does not run with %s',
    async (written) => {
      const { inputs, result } = await playCall({ parameters: titled, written });
      expect(inputs).toEqual([]);
      expect(result?.status).toBe('invalid-arguments');
    },
  );
});

describe('arguments that the schema drops', () => {
  const schema = z.object({
    when: z.object({ day: z.string() }),
    list: z.array(z.object({ id: z.number() })).optional(),
  });
  const written = JSON.stringify({
    when: { day: 'Mon', hour: 7 },
    list: [{ id: 1 }, { id: 2, name: 'b' }],
    input: { seats: 40 },
  });

  test('are reported with their paths', async () => {
    const { inputs, fixes } = await playCall({ parameters: schema, written });
    expect(inputs).toEqual([{ when: { day: 'Mon' }, list: [{ id: 1 }, { id: 2 }] }]);
    expect(fixes).toEqual([
      { kind: 'dropped-arguments', name: 'f', paths: ['when.hour', 'list[1].name', 'input'] },
    ]);
  });

  test('are reported for zod 3 and for an object that is transformed', async () => {
    const old = z3.object({ day: z3.string() });
    const moved = z.object({ day: z.string() }).transform(({ day }) => [day]);
    for (const parameters of [old, moved]) {
      const { fixes } = await playCall({ parameters, written: '{"day":"Mon","hour":7}' });
      expect(fixes).toEqual([{ kind: 'dropped-arguments', name: 'f', paths: ['hour'] }]);
    }
  });

  test('are not reported if the schema keeps or renames them', async () => {
    const loose = z.looseObject({ day: z.string() });
    const renamed = z.object({ day: z.string() }).transform(({ day }) => ({ date: day }));
    const record = z.object({ hours: z.record(z.string(), z.number().transform(String)) });
    const any = z.object({ data: z.any().transform(() => 1) });
    const cases = [
      [loose, { day: 'Mon', hour: 7 }],
      [renamed, { day: 'Mon' }],
      [record, { hours: { a: 1 } }],
      [any, { data: { x: 1 } }],
    ] as const;
    for (const [parameters, args] of cases) {
      const { inputs, fixes } = await playCall({ parameters, written: JSON.stringify(args) });
      expect(inputs).toHaveLength(1);
      expect(fixes).toEqual([]);
    }
  });
});
