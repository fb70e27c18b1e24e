import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { JsonValue } from '../../src/json.ts';
import { describeIssues } from '../../src/schema/check/describe-issues.ts';
import { type AnySchema, toSchema } from '../../src/schema/convert/to-schema.ts';
import type { SchemaIssue } from '../../src/schema/schema.ts';

const trip = (library: typeof z) =>
  library.object({
    days: library.number(),
    items: library.array(library.object({ name: library.string() })),
    unit: library.enum(['C', 'F']),
    note: library.union([library.string(), library.null()]),
    way: library.union([
      library.object({ by: library.literal('train'), seat: library.number() }),
      library.object({ by: library.literal('car'), plate: library.string() }),
    ]),
    home: library.string(),
  });
const badTrip = {
  days: 'three',
  items: [{ name: 'a' }, { name: 'b' }, { name: 4 }],
  unit: 'K',
  note: 5,
  way: { by: 'car', plate: 7 },
};
const zodTrip = trip(z);
const sources: [string, AnySchema][] = [
  ['zod 4', zodTrip],
  ['zod 3', trip(z3 as unknown as typeof z)],
  ['JSON Schema', toSchema(zodTrip).jsonSchema],
];

describe('issues', () => {
  test.each(sources)(
    'of %s name the path, the expected and the received value',
    async (_, source) => {
      const issues = await issuesOf(source, badTrip);
      expect(new Map(issues.map(({ path, message }) => [path, message]))).toEqual(
        new Map<string, unknown>([
          ['days', 'expected number, got "three"'],
          ['items[2].name', 'expected string, got 4'],
          ['unit', expect.stringMatching(/^expected .*C.*F.*, got "K"$/)],
          ['note', 'expected string or null, got 5'],
          ['way.plate', 'expected string, got 7'],
          ['home', 'expected string, got nothing'],
        ]),
      );
    },
  );

  test("of a user's own check keep its message", async () => {
    const schema = z.object({ n: z.number().refine((n) => n % 2 === 0, 'must be even') });
    expect(await issuesOf(schema, { n: 3 })).toEqual([
      { path: 'n', message: 'must be even, got 3' },
    ]);
  });

  test('name an unknown key without repeating the object', async () => {
    for (const source of [
      z.strictObject({ a: z.string() }),
      toSchema(z.strictObject({ a: z.string() })).jsonSchema,
    ]) {
      const [issue] = await issuesOf(source, { a: 'x', b: 1 });
      expect(issue?.message).toMatch(/unrecognized key: "b"$|unknown key "b"; known keys: "a"$/);
    }
  });

  test('quote odd keys in the path', async () => {
    expect(await issuesOf(z.record(z.string(), z.number()), { 'odd key': 'x' })).toEqual([
      { path: '["odd key"]', message: 'expected number, got "x"' },
    ]);
  });

  test('shorten long values', async () => {
    const [issue] = await issuesOf(z.object({ a: z.number() }), { a: '😀'.repeat(1000) });
    expect(issue?.message.length).toBeLessThan(70);
    expect(issue?.message).not.toMatch(/\p{Surrogate}/u);
  });

  test.each<[string, string, string]>([
    ['valibot', 'Invalid type: Expected number but received "x"', 'expected number, got "x"'],
    ['valibot', 'Invalid key: Expected "a" but received undefined', 'is required, got "x"'],
    ['arktype', 'a must be a number (was a string)', 'must be a number, got "x"'],
  ])('of %s name the received value in place of its type', async (vendor, message, expected) => {
    const source = {
      '~standard': {
        version: 1,
        vendor,
        validate: () => ({ issues: [{ message, path: [{ key: 'a' }] }] }),
        jsonSchema: { input: () => ({ type: 'object' }) },
      },
    } as const;
    expect(await issuesOf(source, { a: 'x' })).toEqual([{ path: 'a', message: expected }]);
  });
});

describe('validate', () => {
  test('returns the output of the schema: with defaults and transforms, without unknown keys', async () => {
    const schema = toSchema(
      z.object({ days: z.number().default(3), n: z.string().transform(Number) }),
    );
    expect(await schema.validate({ n: '5', other: 1 })).toEqual({
      ok: true,
      value: { days: 3, n: 5 },
    });
  });

  test('of a JSON Schema returns the value unchanged', () => {
    const schema = toSchema({
      type: 'object',
      properties: { days: { type: 'integer', default: 3 } },
    });
    expect(schema.validate({})).toEqual({ ok: true, value: {} });
    expect(schema.validate({ days: 1.5 })).toMatchObject({ ok: false });
  });

  test('is synchronous unless a check is asynchronous', async () => {
    const later = z.object({ a: z.string().refine(async (a) => a === 'x', 'must be x') });
    expect(toSchema(z.string()).validate('x')).toEqual({ ok: true, value: 'x' });
    expect(toSchema(later).validate({ a: 'y' })).toBeInstanceOf(Promise);
    expect(await toSchema(later).validate({ a: 'y' })).toMatchObject({
      ok: false,
      issues: [{ path: 'a', message: 'must be x, got "y"' }],
    });
  });

  test.each<[string, AnySchema]>([
    ['zod 4', z.string().refine(() => fail())],
    ['zod 4, asynchronously', z.string().refine(failLater)],
    ['zod 3', z3.string().refine(() => fail())],
    ['zod 3, asynchronously', z3.string().refine(failLater)],
  ])('an error that a check of %s throws is an issue', async (_, source) => {
    expect(await toSchema(source).validate('x')).toEqual({
      ok: false,
      issues: [{ path: '', message: 'the check threw an error: no database' }],
    });
  });

  test('knows the drafts of JSON Schema', async () => {
    const tuple = { type: 'array', prefixItems: [{ type: 'string' }], items: false };
    const old = { type: 'array', items: [{ type: 'string' }], additionalItems: false };
    for (const source of [
      tuple,
      { ...tuple, $schema: 'https://json-schema.org/draft/2020-12/schema' },
      old,
      { ...old, $schema: 'https://json-schema.org/draft/2019-09/schema' },
    ]) {
      expect(await toSchema(source).validate(['a'])).toMatchObject({ ok: true });
      expect(await toSchema(source).validate(['a', 'b'])).toMatchObject({ ok: false });
      expect(await toSchema(source).validate([1])).toMatchObject({ ok: false });
    }
  });

  test('checks formats', async () => {
    expect(await issuesOf({ type: 'string', format: 'date-time' }, 'today')).toHaveLength(1);
    expect(await issuesOf({ type: 'string', format: 'of-our-own' }, 'today')).toEqual([]);
  });

  test('two schemas with the same "$id" are independent', async () => {
    expect(await issuesOf({ $id: 'a', type: 'string' }, 'x')).toEqual([]);
    expect(await issuesOf({ $id: 'a', type: 'number' }, 1)).toEqual([]);
  });

  test('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.constantFrom(...sources), async (value, [, source]) => {
        const checked = await toSchema(source).validate(JSON.parse(JSON.stringify(value)));
        expect(checked.ok || checked.issues.length > 0).toBe(true);
      }),
    );
  });
});

describe('describeIssues', () => {
  const issues = (count: number, length = 20): SchemaIssue[] =>
    Array.from({ length: count }, (_, index) => ({
      path: `a[${index}]`,
      message: 'x'.repeat(length),
    }));

  test('joins the issues with their paths', () => {
    expect(
      describeIssues([
        { path: 'days', message: 'expected number, got "three"' },
        { path: '', message: 'must be sorted' },
      ]),
    ).toBe('days: expected number, got "three"; must be sorted');
  });

  test('gives the number of the others', () => {
    expect(describeIssues(issues(50))).toMatch(/; and \d+ more$/);
  });

  test('is never longer than maxChars, and never empty if there is an issue', () => {
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.nat(400),
        fc.integer({ min: 40, max: 400 }),
        (count, length, maxChars) => {
          const text = describeIssues(issues(count, length), maxChars);
          expect(text.length).toBeLessThanOrEqual(maxChars);
          expect(text === '').toBe(count === 0);
        },
      ),
    );
  });
});

async function issuesOf(source: AnySchema, value: JsonValue): Promise<readonly SchemaIssue[]> {
  const checked = await toSchema(source).validate(value);
  return checked.ok ? [] : checked.issues;
}

async function failLater(): Promise<boolean> {
  throw new Error('no database');
}

function fail(): never {
  throw new Error('no database');
}
