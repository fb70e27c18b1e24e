import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { type AnySchema, toSchema } from '../../src/schema/convert/to-schema.ts';
import { playCall } from '../support/play-call.ts';

function fail(): never {
  throw new Error('nobody is logged in');
}

describe('a value that only a function of the program knows', () => {
  test.each<readonly [string, AnySchema]>([
    ['a default of zod 4', z.object({ by: z.string().describe('Who').default(fail) })],
    ['a default of zod 3', z3.object({ by: z3.string().describe('Who').default(fail) })],
    [
      'a default of zod 4 for the input',
      z.object({ by: z.string().describe('Who').prefault(fail) }),
    ],
  ])('%s that throws is an optional property', async (_what, parameters) => {
    expect(toSchema(parameters).jsonSchema).toMatchObject({
      properties: { by: { type: 'string', description: 'Who' } },
    });
    expect(toSchema(parameters).jsonSchema.required ?? []).toEqual([]);
    const { result } = await playCall({ parameters, written: '{}' });
    expect(result?.status).toBe('invalid-arguments');
    expect((await playCall({ parameters, written: '{"by":"Io"}' })).inputs).toEqual([{ by: 'Io' }]);
  });

  test('a type next to such a default is still refused by its path', () => {
    const schema = z.object({ by: z.string().default(fail), at: z.date() });
    expect(() => toSchema(schema)).toThrow('"#/properties/at": JSON has no date');
  });

  test('a value of catch', async () => {
    const parameters = z.object({ seats: z.number().catch((context) => context.issues.length) });
    expect(toSchema(parameters).jsonSchema.properties).toEqual({ seats: { type: 'number' } });
    expect((await playCall({ parameters, written: '{"seats":"x"}' })).inputs).toEqual([
      { seats: 1 },
    ]);
  });

  test('a big integer as a default', () => {
    const schema = z.object({ id: z.coerce.bigint().default(5n) });
    expect(toSchema(schema).jsonSchema.properties).toEqual({
      id: { type: 'string', pattern: '^-?\\d+$' },
    });
  });

  test('a default is computed for every call, also next to a union', async () => {
    let count = 0;
    const parameters = z.object({
      until: z.union([z.coerce.date(), z.null()]).optional(),
      id: z.number().default(() => (count += 1)),
    });
    const ids: unknown[] = [];
    for (const written of ['{}', '{}']) {
      const [input] = (await playCall({ parameters, written })).inputs;
      ids.push((input as { readonly id: number }).id);
    }
    expect(new Set(ids).size).toBe(2);
  });
});

/** A Standard Schema that converts itself with the options that it gets. */
function standardSchema(vendor: string, input: (options: object) => Record<string, unknown>) {
  return {
    '~standard': {
      version: 1 as const,
      vendor,
      validate: (value: unknown) => ({ value }),
      jsonSchema: { input },
    },
  };
}

describe('what valibot cannot convert', () => {
  type Override = (action: object) => object | undefined;

  /** The JSON Schema of an action after `base`, which already has what valibot made of the action. */
  function convertAction(base: object, valibotAction: object, errors?: readonly string[]): unknown {
    const schema = standardSchema('valibot', (options) => {
      const { overrideAction } = Reflect.get(options, 'libraryOptions') as {
        readonly overrideAction: Override;
      };
      const converted = overrideAction({ valibotAction, jsonSchema: base, errors });
      if (converted === undefined && errors !== undefined) throw new Error(errors[0]);
      return { type: 'object', properties: { a: converted ?? base } };
    });
    return (toSchema(schema).jsonSchema.properties as { readonly a: unknown }).a;
  }
  const text = { type: 'string' };
  const refused = ['The action cannot be converted to JSON Schema.'];

  test.each(['check', 'trim', 'raw_check'])('the action %s', (type) => {
    expect(convertAction(text, { type }, refused)).toEqual(text);
  });

  test('a second pattern is added', () => {
    const base = { ...text, pattern: '^a' };
    expect(convertAction(base, { type: 'regex', requirement: /b$/ }, refused)).toEqual({
      ...base,
      allOf: [{ pattern: 'b$' }],
    });
  });

  test('a pattern with flags would be too strict', () => {
    const base = { ...text, pattern: '^a' };
    expect(convertAction(base, { type: 'regex', requirement: /^a/i }, refused)).toEqual(text);
  });

  test('an action without an error stays', () => {
    const base = { ...text, minLength: 3 };
    expect(convertAction(base, { type: 'min_length' })).toEqual(base);
  });
});

test('the checks of arktype are left to arktype, and its second pattern is added', () => {
  const schema = {
    ...standardSchema('arktype', () => ({})),
    toJsonSchema: ({
      fallback,
    }: {
      readonly fallback: Record<string, (part: object) => object>;
    }) => ({
      type: 'object',
      properties: {
        a: fallback.predicate?.({ base: { type: 'number' } }),
        b: fallback.patternIntersection?.({
          base: { type: 'string', pattern: '^a' },
          pattern: 'b$',
        }),
      },
    }),
  };
  expect(toSchema(schema).jsonSchema.properties).toEqual({
    a: { type: 'number' },
    b: { type: 'string', pattern: '^a', allOf: [{ pattern: 'b$' }] },
  });
});

describe('unions of plain types in zod 3', () => {
  const { jsonSchema } = toSchema(
    z3.object({
      key: z3.union([z3.string().describe('A name'), z3.number().describe('A number')]),
      size: z3.coerce.bigint().nullable(),
      none: z3.literal(null),
      day: z3.coerce.date().describe('The day'),
    }),
  );

  test('keep the descriptions of their members', () => {
    expect(jsonSchema.properties).toMatchObject({
      key: {
        anyOf: [
          { type: 'string', description: 'A name' },
          { type: 'number', description: 'A number' },
        ],
      },
      day: { type: 'string', format: 'date-time', description: 'The day' },
    });
  });

  test('take big integers as digits, and null as null', () => {
    expect(jsonSchema.properties).toMatchObject({
      size: { anyOf: [{ type: 'string', pattern: '^-?\\d+$' }, { type: 'null' }] },
      none: { type: 'null' },
    });
  });

  test('refuse a big integer', () => {
    const schema = z3.object({ size: z3.union([z3.bigint(), z3.string()]) });
    expect(() => toSchema(schema)).toThrow('JSON has no big integer');
  });
});
