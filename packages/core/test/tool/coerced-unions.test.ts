import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { AnySchema } from '../../src/schema/convert/to-schema.ts';
import { playCall } from '../support/play-call.ts';

const inside: Readonly<Record<string, AnySchema>> = {
  'zod 4': z.object({
    until: z.union([z.coerce.date(), z.null()]).optional(),
    seats: z.union([z.coerce.number(), z.literal('all')]).optional(),
    open: z.array(z.object({ is: z.union([z.coerce.boolean(), z.string()]) })).optional(),
    count: z.union([z.coerce.bigint(), z.number()]).optional(),
  }),
  'zod 3': z3.object({
    until: z3.union([z3.coerce.date(), z3.null()]).optional(),
    seats: z3.union([z3.coerce.number(), z3.literal('all')]).optional(),
    open: z3.array(z3.object({ is: z3.union([z3.coerce.boolean(), z3.string()]) })).optional(),
    count: z3.union([z3.coerce.bigint(), z3.number()]).optional(),
  }),
};

describe.each(Object.entries(inside))('a coerced type in a union of %s', (_library, parameters) => {
  test.each<readonly [string, object]>([
    ['{"until":null}', { until: null }],
    ['{"until":"2026-05-04T10:00:00Z"}', { until: new Date('2026-05-04T10:00:00Z') }],
    ['{"seats":"all"}', { seats: 'all' }],
    ['{"seats":7}', { seats: 7 }],
    ['{"open":[{"is":"no"},{"is":true}]}', { open: [{ is: 'no' }, { is: true }] }],
    ['{"count":7}', { count: 7 }],
  ])('takes only what its own JSON Schema takes: %s', async (written, input) => {
    expect((await playCall({ parameters, written })).inputs).toEqual([input]);
  });

  test('refuses what no member takes', async () => {
    const { inputs, result } = await playCall({ parameters, written: '{"until":5}' });
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
  });
});

test.each<readonly [string, AnySchema]>([
  ['a number or null', z3.object({ a: z3.union([z3.coerce.number(), z3.null()]) })],
  ['true, false or null', z3.object({ a: z3.coerce.boolean().nullable() })],
])('plain types in a union of zod 3: %s', async (_what, parameters) => {
  expect((await playCall({ parameters, written: '{"a":null}' })).inputs).toEqual([{ a: null }]);
  const { inputs, result } = await playCall({ parameters, written: '{"a":"off"}' });
  expect(inputs).toEqual([]);
  expect(result?.status).toBe('invalid-arguments');
});

test.each<readonly [string, AnySchema, unknown]>([
  ['a text', z3.object({ a: z3.union([z3.coerce.boolean(), z3.string()]) }), 'hello'],
  ['a boolean', z3.object({ a: z3.union([z3.coerce.number(), z3.boolean()]) }), true],
  ['a number', z3.object({ a: z3.union([z3.coerce.string(), z3.number()]) }), 5],
])('%s in a union of plain types of zod 3 stays what it is', async (_what, parameters, a) => {
  const written = JSON.stringify({ a });
  expect((await playCall({ parameters, written })).inputs).toEqual([{ a }]);
});

test('a coerced bigint in a union of zod 4 takes digits', async () => {
  const parameters = inside['zod 4'] as AnySchema;
  expect((await playCall({ parameters, written: '{"count":"-7"}' })).inputs).toEqual([
    { count: -7n },
  ]);
});

test('a coerced union inside a schema that refers to itself', async () => {
  const node = z.object({
    mark: z.union([z.coerce.boolean(), z.string()]),
    get kids() {
      return z.array(node).optional();
    },
  });
  const written = '{"mark":"a","kids":[{"mark":"b"}]}';
  expect((await playCall({ parameters: node, written })).inputs).toEqual([JSON.parse(written)]);
});

test('a coerced union next to a lazy schema that refers to itself', async () => {
  const tree: z.ZodType = z.lazy(() => z.union([z.coerce.boolean(), z.array(tree), z.string()]));
  const written = '{"tree":["a",[true]],"any":{"b":null}}';
  const parameters = z.object({ tree, any: z.json() });
  expect((await playCall({ parameters, written })).inputs).toEqual([JSON.parse(written)]);
});

describe('zod 3', () => {
  test('a coerced field is required: nothing does not become the text "undefined"', async () => {
    const parameters = z3.object({ note: z3.coerce.string(), loud: z3.coerce.boolean() });
    const { inputs, result } = await playCall({ parameters, written: '{}' });
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
  });

  test('a pipe takes its input', async () => {
    const parameters = z3.object({
      length: z3.string().transform(Number).pipe(z3.number().min(2)),
      day: z3.coerce.date().pipe(z3.date().min(new Date(0))),
    });
    const written = '{"length":"12","day":"2026-05-04T10:00:00Z"}';
    expect((await playCall({ parameters, written })).inputs).toEqual([
      { length: 12, day: new Date('2026-05-04T10:00:00Z') },
    ]);
  });

  test('an asynchronous check does not run before there is a value', async () => {
    const checked: unknown[] = [];
    const parameters = z3.object({
      id: z3.any().refine(async (value) => {
        checked.push(value);
        if (value === undefined) throw new Error('no row');
        return true;
      }),
    });
    expect((await playCall({ parameters, written: '{"id":4}' })).inputs).toEqual([{ id: 4 }]);
    expect(checked).toEqual([4]);
  });
});

test('a library that writes into the value gets a copy, because arguments are frozen', async () => {
  const parameters = {
    '~standard': {
      version: 1 as const,
      vendor: 'own',
      validate: (value: unknown) => {
        (value as { seats: unknown }).seats = 9;
        return { value };
      },
      jsonSchema: {
        input: () => ({ type: 'object', properties: { seats: { type: 'number' } } }),
      },
    },
  };
  const { inputs, result } = await playCall({ parameters, written: '{"seats":4}' });
  expect([inputs, result?.status]).toEqual([[{ seats: 9 }], 'ok']);
});

const cycle: { self?: unknown } = {};
cycle.self = cycle;

test.each<readonly [string, unknown]>([
  ['a bigint', 5n],
  ['a cycle', cycle],
  [
    'a getter that throws',
    {
      get size() {
        throw new Error('closed');
      },
    },
  ],
])('an asynchronous transform may return %s', async (_what, value) => {
  const parameters = z.object({ a: z.string() }).transform(async () => value);
  const { result, inputs } = await playCall({ parameters, written: '{"a":"x"}' });
  expect(result?.status).toBe('ok');
  expect(inputs).toHaveLength(1);
});
