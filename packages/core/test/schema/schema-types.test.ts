import { expect, test } from '@jest/globals';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import type { JsonObject } from '../../src/json.ts';
import type { StandardSchema } from '../../src/schema/check/standard-schema.ts';
import {
  type AnySchema,
  type InputOf,
  jsonSchema,
  type OutputOf,
  toSchema,
} from '../../src/schema/convert/to-schema.ts';
import type { Schema } from '../../src/schema/schema.ts';

type Equal<Left, Right> =
  (<Type>() => Type extends Left ? 1 : 2) extends <Type>() => Type extends Right ? 1 : 2
    ? true
    : false;

/** Compiles only for `true`; `pnpm typecheck` is the test. */
function expectTrue<const Fact extends true>(fact: Fact): void {
  expect(fact).toBe(true);
}

test('the input and output types of zod 4, zod/mini and zod 3 are known', () => {
  const four = z.object({ n: z.string().transform(Number), days: z.number().default(3) });
  const small = mini.object({ a: mini.string() });
  const three = z3.object({ n: z3.string().transform(Number), days: z3.number().default(3) });
  expectTrue<Equal<OutputOf<typeof four>, { n: number; days: number }>>(true);
  expectTrue<Equal<InputOf<typeof four>, { n: string; days?: number | undefined }>>(true);
  expectTrue<Equal<OutputOf<typeof small>, { a: string }>>(true);
  expectTrue<Equal<OutputOf<typeof three>, { n: number; days: number }>>(true);
  expectTrue<Equal<InputOf<typeof three>, { n: string; days?: number | undefined }>>(true);
});

test('the types of any Standard Schema and of our own schemas are known', () => {
  expectTrue<Equal<OutputOf<StandardSchema<string, Date>>, Date>>(true);
  expectTrue<Equal<InputOf<StandardSchema<string, Date>>, string>>(true);
  expectTrue<Equal<OutputOf<Schema<{ a: 1 }>>, { a: 1 }>>(true);
});

test('the type of a JSON Schema is an object, or the type argument', () => {
  const plain = toSchema({ type: 'object', properties: { a: { type: 'string' } } });
  const typed = jsonSchema<{ a: string }>({ type: 'object' });
  expectTrue<Equal<typeof plain, Schema<JsonObject>>>(true);
  expectTrue<Equal<typeof typed, Schema<{ a: string }>>>(true);
});

test('a schema that is typed by an interface of another program is accepted', () => {
  interface ForeignTool {
    readonly type: 'object';
    readonly properties?: Record<string, object>;
    readonly [key: string]: unknown;
  }
  const foreign: ForeignTool = { type: 'object', properties: {} };
  const accepted: AnySchema = foreign;
  expect(toSchema(accepted).jsonSchema).toEqual({ type: 'object', properties: {} });
});

test('a value that is not a schema does not compile', () => {
  // @ts-expect-error A number is not a schema.
  expect(() => toSchema(5)).toThrow();
  // @ts-expect-error A text is not a schema.
  expect(() => toSchema('object')).toThrow();
});
