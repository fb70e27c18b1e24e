import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { type AnySchema, jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { playCall } from '../support/play-call.ts';

function fail(): never {
  throw new Error('out of memory');
}

const object = { type: 'object', properties: { a: {} } };
const standard = (validate: () => never | Promise<never>): AnySchema => ({
  '~standard': {
    version: 1 as const,
    vendor: 'own',
    validate,
    jsonSchema: { input: () => object },
  },
});

test.each<readonly [string, AnySchema, string]>([
  ['a refinement of zod 4', z.object({ a: z.any().refine(fail) }), '{"a":1}'],
  [
    'an asynchronous refinement of zod 4',
    z.object({ a: z.any().refine(async () => fail()) }),
    '{"a":1}',
  ],
  ['a transform of zod 4', z.object({ a: z.any().transform(fail) }), '{"a":1}'],
  ['a refinement of zod 3', z3.object({ a: z3.any().refine(fail) }), '{"a":1}'],
  ['a Standard Schema', standard(fail), '{"a":1}'],
  ['a Standard Schema that rejects', standard(async () => fail()), '{"a":1}'],
  [
    'a Standard Schema that throws nothing',
    standard(() => {
      throw undefined;
    }),
    '{"a":1}',
  ],
  [
    'a Standard Schema that throws an object without a prototype',
    standard(() => {
      throw Object.create(null);
    }),
    '{"a":1}',
  ],
  ['a schema of the program', { jsonSchema: object, validate: fail }, '{"a":1}'],
  [
    'a schema of the program that returns nothing',
    { jsonSchema: object, validate: () => undefined as never },
    '{"a":1}',
  ],
  [
    'a schema of the program that returns no issues',
    { jsonSchema: object, validate: () => ({ ok: false }) as never },
    '{"a":1}',
  ],
  [
    'uniqueItems with an item that has a key `valueOf`',
    jsonSchema({ type: 'object', properties: { a: { type: 'array', uniqueItems: true } } }),
    '{"a":[{"b":1},{"valueOf":1}]}',
  ],
])('%s: the call has a result, and the run continues', async (_what, parameters, written) => {
  const { inputs, result, text } = await playCall({ parameters, written });
  expect(inputs).toEqual([]);
  expect(result?.status).toBe('invalid-arguments');
  expect(text).toContain('the check threw an error');
});

test('a transform that returns an object whose fields cannot be read does not stop the run', async () => {
  const parameters = z.object({ a: z.string() }).transform(() => ({
    get a(): string {
      return fail();
    },
  }));
  const { result } = await playCall({ parameters, written: '{"a":"x","b":1}' });
  expect(['ok', 'error']).toContain(result?.status);
});
