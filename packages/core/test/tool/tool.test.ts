import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { TurnwiseError } from '../../src/errors.ts';
import type { AnySchema } from '../../src/schema/convert/to-schema.ts';
import { type ToolDefinition, tool } from '../../src/tool/tool.ts';
import { toolSet } from '../../src/tool/tool-set.ts';
import { answerCall } from '../support/answer-call.ts';

const valid: ToolDefinition<AnySchema, unknown> = {
  name: 'act',
  description: 'Acts.',
  parameters: z.object({}),
  execute: () => 'done',
};

function codeOf(make: () => unknown): unknown {
  try {
    make();
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TurnwiseError);
    expect((thrown as Error).message).not.toBe('');
    return (thrown as TurnwiseError).code;
  }
  return 'nothing was thrown';
}

describe('an invalid definition is refused at once', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['an empty name', { name: '' }, 'invalid_tool'],
    ['a name with a space', { name: 'get weather' }, 'invalid_tool'],
    ['a name that begins with a hyphen', { name: '-get' }, 'invalid_tool'],
    ['a name of 129 characters', { name: 'x'.repeat(129) }, 'invalid_tool'],
    ['a name with a line break', { name: 'get\n' }, 'invalid_tool'],
    ['a name that is no text', { name: 7 }, 'invalid_tool'],
    ['no description', { description: undefined }, 'invalid_tool'],
    ['an execute that is no function', { execute: 'run' }, 'invalid_tool'],
    ['a time limit of nothing', { timeoutMs: 0 }, 'invalid_tool'],
    ['a time limit that is no number', { timeoutMs: Number.NaN }, 'invalid_tool'],
    ['a result of no length', { maxResultChars: -1 }, 'invalid_tool'],
    ['parameters that are no object', { parameters: z.string() }, 'invalid_schema'],
    [
      'parameters that JSON cannot say',
      { parameters: z.object({ at: z.date() }) },
      'invalid_schema',
    ],
    ['an object of schemas', { parameters: { city: z.string() } }, 'invalid_schema'],
  ])('%s', (_what, wrong, code) => {
    expect(codeOf(() => tool({ ...valid, ...wrong }))).toBe(code);
  });

  test('no definition at all', () => {
    expect(codeOf(() => tool(undefined as never))).toBe('invalid_tool');
  });
});

test('a tool without parameters is offered with an empty object, and refuses other arguments', async () => {
  const now = tool({
    name: 'now',
    description: 'The time.',
    execute: (input) => Object.keys(input),
  });
  expect(now.schema.jsonSchema).toMatchObject({ type: 'object', properties: {} });
  const ok = await answerCall(now, {});
  expect(ok).toMatchObject({ status: 'ok', text: '[]' });
  const refused = await answerCall(now, { zone: 'UTC' });
  expect(refused.status).toBe('invalid-arguments');
});

describe('names', () => {
  test.each([
    'get_weather',
    'get-weather',
    'srv.tool',
    'a/b',
    'a:b',
    '7days',
    'wetter_für_köln',
    'x'.repeat(128),
  ])('%s can be a name', (name) => {
    expect(tool({ ...valid, name }).name).toBe(name);
  });

  test('two tools with the same name are refused, and the error names it', () => {
    const twice = [tool(valid), tool(valid)];
    expect(codeOf(() => toolSet(twice))).toBe('duplicate_tool');
    expect(() => toolSet(twice)).toThrow('"act"');
  });

  test('a set finds tools by their exact names only', () => {
    const set = toolSet([tool(valid), tool({ ...valid, name: 'rest' })]);
    expect(set.size).toBe(2);
    expect(set.names).toEqual(['act', 'rest']);
    expect([...set].map(({ name }) => name)).toEqual(['act', 'rest']);
    expect(set.get('rest')?.name).toBe('rest');
    expect(set.get('Rest')).toBeUndefined();
  });
});

describe('parameters of every kind of schema', () => {
  const city = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
  test.each<[string, AnySchema]>([
    ['zod 4', z.object({ city: z.string() })],
    ['zod 3', z3.object({ city: z3.string() })],
    ['JSON Schema', city],
  ])('%s gives the same JSON Schema and the same validation', async (_kind, parameters) => {
    const weather = tool({ ...valid, parameters });
    expect(weather.schema.jsonSchema).toMatchObject(city);
    expect((await answerCall(weather, { city: 'Paris' })).status).toBe('ok');
    expect((await answerCall(weather, { city: 7 })).status).toBe('invalid-arguments');
  });
});

test('options have their documented defaults', () => {
  expect(tool(valid)).toMatchObject({
    timeoutMs: 60_000,
    repeat: 'never',
    concurrency: 'parallel',
    maxResultChars: 20_000,
    needsApproval: false,
    isEnabled: true,
  });
});

test('a tool is frozen', () => {
  const made = tool(valid);
  expect(() => Object.assign(made, { name: 'other' })).toThrow(TypeError);
});
