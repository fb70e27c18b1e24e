import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { AnySchema } from '../../src/schema/convert/to-schema.ts';
import { playCall } from '../support/play-call.ts';

const schemas: Readonly<Record<string, AnySchema>> = {
  'zod 4': z.object({
    at: z.coerce.date().optional(),
    seats: z.coerce.number().optional(),
    open: z.coerce.boolean().optional(),
    note: z.coerce.string().optional(),
    id: z.coerce.bigint().optional(),
    inner: z.object({ at: z.array(z.coerce.date()) }).optional(),
  }),
  'zod 3': z3.object({
    at: z3.coerce.date().optional(),
    seats: z3.coerce.number().optional(),
    open: z3.coerce.boolean().optional(),
    note: z3.coerce.string().optional(),
    id: z3.coerce.bigint().optional(),
    inner: z3.object({ at: z3.array(z3.coerce.date()) }).optional(),
  }),
};

describe.each(Object.entries(schemas))('%s', (_library, parameters) => {
  const play = (args: object) => playCall({ parameters, written: JSON.stringify(args) });

  test.each<readonly [object, object]>([
    [{ at: '2026-05-04T10:00:00Z' }, { at: new Date('2026-05-04T10:00:00Z') }],
    [
      { seats: 3, open: false, note: 'x' },
      { seats: 3, open: false, note: 'x' },
    ],
    [{ id: '18' }, { id: 18n }],
    [
      { inner: { at: ['2026-05-04T10:00:00+02:00'] } },
      { inner: { at: [new Date('2026-05-04T08:00:00Z')] } },
    ],
    [{ at: null, seats: null, open: null, note: null, id: null }, {}],
    [
      { open: 'false', seats: '3' },
      { open: false, seats: 3 },
    ],
  ])('%j is taken', async (args, input) => {
    expect((await play(args)).inputs).toEqual([input]);
  });

  test.each<object>([
    { at: 2026 },
    { at: 'soon' },
    { at: '2026' },
    { at: true },
    { seats: '' },
    { seats: 'three' },
    { seats: [] },
    { seats: true },
    { open: 'no' },
    { open: 1 },
    { open: {} },
    { note: { a: 1 } },
    { note: ['a'] },
    { id: '' },
    { id: true },
    { inner: { at: [null] } },
    { inner: { at: [0] } },
  ])('%j is refused', async (args) => {
    const { inputs, result } = await play(args);
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
  });
});

test('a library that converts values on its own sees only what matches the JSON Schema', async () => {
  const seen: unknown[] = [];
  const converting = {
    '~standard': {
      version: 1 as const,
      vendor: 'own',
      validate: (value: unknown) => {
        seen.push(value);
        return { value: { seats: Number((value as { seats: unknown }).seats) } };
      },
      jsonSchema: {
        input: () => ({ type: 'object', properties: { seats: { type: 'number' } } }),
      },
    },
  };
  expect((await playCall({ parameters: converting, written: '{"seats":true}' })).inputs).toEqual(
    [],
  );
  expect(seen).toEqual([]);
  expect((await playCall({ parameters: converting, written: '{"seats":4}' })).inputs).toEqual([
    { seats: 4 },
  ]);
});
