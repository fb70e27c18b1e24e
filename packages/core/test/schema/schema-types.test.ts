import { expect, test } from '@jest/globals';
import { z } from 'zod';
import * as mini from 'zod/mini';
import { z as z3 } from 'zod/v3';
import type { JsonObject } from '../../src/json.ts';
import type { Schema } from '../../src/schema/schema.ts';
import type { StandardSchema } from '../../src/schema/standard-schema.ts';
import {
  type AnySchema,
  type InputOf,
  jsonSchema,
  type OutputOf,
  toSchema,
} from '../../src/schema/to-schema.ts';

type Equal<Left, Right> =
  (<Type>() => Type extends Left ? 1 : 2) extends <Type>() => Type extends Right ? 1 : 2
    ? true
    : false;

/** Compiles only for `true`; `pnpm typecheck` is the test. */
function expectTrue<const Fact extends true>(fact: Fact): void {
  expect(fact).toBe(true);
}

test('the types of zod 4, its mini and zod 3 come through, in and out', () => {
  const four = z.object({ n: z.string().transform(Number), days: z.number().default(3) });
  const small = mini.object({ a: mini.string() });
  const three = z3.object({ n: z3.string().transform(Number), days: z3.number().default(3) });
  expectTrue<Equal<OutputOf<typeof four>, { n: number; days: number }>>(true);
  expectTrue<Equal<InputOf<typeof four>, { n: string; days?: number | undefined }>>(true);
  expectTrue<Equal<OutputOf<typeof small>, { a: string }>>(true);
  expectTrue<Equal<OutputOf<typeof three>, { n: number; days: number }>>(true);
  expectTrue<Equal<InputOf<typeof three>, { n: string; days?: number | undefined }>>(true);
});

test('so do those of any Standard Schema and of our own', () => {
  expectTrue<Equal<OutputOf<StandardSchema<string, Date>>, Date>>(true);
  expectTrue<Equal<InputOf<StandardSchema<string, Date>>, string>>(true);
  expectTrue<Equal<OutputOf<Schema<{ a: 1 }>>, { a: 1 }>>(true);
});

test('a JSON Schema gives an object, or what the program says', () => {
  const plain = toSchema({ type: 'object', properties: { a: { type: 'string' } } });
  const typed = jsonSchema<{ a: string }>({ type: 'object' });
  expectTrue<Equal<typeof plain, Schema<JsonObject>>>(true);
  expectTrue<Equal<typeof typed, Schema<{ a: string }>>>(true);
});

test('schemas of other programs, typed by an interface, may be passed', () => {
  interface ForeignTool {
    readonly type: 'object';
    readonly properties?: Record<string, object>;
    readonly [key: string]: unknown;
  }
  const foreign: ForeignTool = { type: 'object', properties: {} };
  const accepted: AnySchema = foreign;
  expect(toSchema(accepted).jsonSchema).toEqual({ type: 'object', properties: {} });
});

test('what is no schema does not compile', () => {
  // @ts-expect-error A number is no schema.
  expect(() => toSchema(5)).toThrow();
  // @ts-expect-error A text is no schema.
  expect(() => toSchema('object')).toThrow();
});
