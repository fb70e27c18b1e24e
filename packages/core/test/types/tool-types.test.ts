import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import type { JsonValue } from '../../src/json.ts';
import { jsonSchema } from '../../src/schema/convert/to-schema.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';

/** Is `true` only if both types are the same. `any` is the same as no other type. */
type Same<One, Other> =
  (<Type>() => Type extends One ? 1 : 2) extends <Type>() => Type extends Other ? 1 : 2
    ? true
    : false;

function expectType<Expected>() {
  return <Actual>(_actual: Actual, _isSame: Same<Actual, Expected>) => undefined;
}

const about = { name: 'f', description: 'A tool.' };

const byZod4 = tool({
  ...about,
  parameters: z.object({ city: z.string(), days: z.number().default(3), unit: z.enum(['c', 'f']) }),
  execute: (input) => {
    expectType<{ city: string; days: number; unit: 'c' | 'f' }>()(input, true);
    return 'ok';
  },
  needsApproval: (input) => input.days > 3,
});

const byZod3 = tool({
  ...about,
  parameters: z3.object({ city: z3.string(), days: z3.number().optional() }),
  execute: (input) => {
    expectType<string>()(input.city, true);
    expectType<number | undefined>()(input.days, true);
    return 'ok';
  },
});

const byJsonSchema = tool({
  ...about,
  parameters: { type: 'object', properties: { city: { type: 'string' } } },
  execute: (input) => {
    expectType<JsonValue | undefined>()(input.city, true);
    return 'ok';
  },
});

const byTypedJsonSchema = tool({
  ...about,
  parameters: jsonSchema<{ city: string }>({ type: 'object' }),
  execute: ({ city }) => city.toUpperCase(),
});

const withContext = tool({
  ...about,
  parameters: z.object({}),
  execute: (_input, { context }: { context: { user: string } }) => context.user,
});

/** Never called: definitions that must not compile. */
export function wrongTools(): unknown[] {
  return [
    tool({
      ...about,
      parameters: z.object({ city: z.string() }),
      // @ts-expect-error The schema does not have this argument.
      execute: ({ town }) => town,
    }),
    // @ts-expect-error `execute` is a function.
    tool({ ...about, parameters: z.object({}), execute: 'ok' }),
    // @ts-expect-error Parameters are a schema.
    tool({ ...about, parameters: 'city', execute: () => 'ok' }),
    tool({
      ...about,
      parameters: z.object({}),
      execute: () => 'ok',
      // @ts-expect-error `repeat` does not have this value.
      repeat: 'sometimes',
    }),
    // @ts-expect-error A tool that needs a context cannot be used by an agent without one.
    withContext satisfies Tool<unknown>,
  ];
}

test('the arguments of execute have the types of the schema, for every schema library', () => {
  const tools = [byZod4, byZod3, byJsonSchema, byTypedJsonSchema];
  expect(tools.map(({ schema }) => schema.jsonSchema.type)).toEqual(Array(4).fill('object'));
});
