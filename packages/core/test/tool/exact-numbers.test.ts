import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import type { DialectName } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { answersJson, answersText, completion, startModelServer } from '../support/model-server.ts';
import { playCall } from '../support/play-call.ts';

const digits = '728419003655321987';
const dialects: readonly DialectName[] = ['native', 'guided', 'prompted'];

/** Arguments with the number under `id`, as each dialect writes them. */
function writtenIn(dialect: DialectName, literal: string): string {
  return dialect === 'prompted' ? `id=${literal}` : `{"id":${literal}}`;
}

describe.each(dialects)('%s', (dialect) => {
  test.each([
    digits,
    `-${digits}`,
    '9007199254740993',
    '9007199254740993.0',
    '1e999',
    '-1E+999',
    '1e-999',
  ])('%s never reaches a tool that takes a number', async (literal) => {
    for (const schema of [z.number(), z.any(), z.number().int()]) {
      const written = writtenIn(dialect, literal);
      const parameters = z.object({ id: schema });
      const { inputs, result, text } = await playCall({ parameters, written, dialect });
      expect(inputs).toEqual([]);
      expect(result?.status).toBe('invalid-arguments');
      expect(text).toContain('too large to be exact');
    }
  });

  test('a tool that takes a string gets the digits, and it is reported', async () => {
    for (const schema of [z.string(), z.coerce.string(), z.union([z.number(), z.string()])]) {
      const parameters = z.object({ id: schema });
      const written = writtenIn(dialect, digits);
      const { inputs, fixes } = await playCall({ parameters, written, dialect });
      expect(inputs).toEqual([{ id: digits }]);
      expect(fixes).toMatchObject([{ repairs: ['digits of a large number as text'] }]);
    }
  });

  test('a tool that takes a bigint gets the exact number', async () => {
    const parameters = z.object({ id: z.coerce.bigint() });
    const { inputs } = await playCall({ parameters, written: writtenIn(dialect, digits), dialect });
    expect(inputs).toEqual([{ id: BigInt(digits) }]);
  });

  test.each([
    '9007199254740991',
    '-9007199254740991',
    '0.1',
    '1e21',
    '1000000000000000000',
    '12345.678901234567',
  ])('%s is a number', async (literal) => {
    const parameters = z.object({ id: z.number() });
    const { inputs, fixes } = await playCall({
      parameters,
      written: writtenIn(dialect, literal),
      dialect,
    });
    expect(inputs).toEqual([{ id: Number(literal) }]);
    expect(fixes).toEqual([]);
  });
});

test('a large number in a list, in an object, and in a string of JSON', async () => {
  const parameters = z.object({
    ids: z.array(z.string()).optional(),
    user: z.object({ id: z.string() }).optional(),
    counts: z.array(z.number()).optional(),
  });
  const played = await playCall({
    parameters,
    written: `{"ids":[${digits},"b"],"user":{"id":${digits}}}`,
  });
  expect(played.inputs).toEqual([{ ids: [digits, 'b'], user: { id: digits } }]);
  for (const written of [`{"counts":[1,${digits}]}`, `{"counts":"[1,${digits}]"}`]) {
    const { inputs, result } = await playCall({ parameters, written });
    expect(inputs).toEqual([]);
    expect(result?.status).toBe('invalid-arguments');
  }
});

test('a hexadecimal number beyond 2^53 in a prompted call is not another number', async () => {
  const parameters = z.object({ id: z.number() });
  const play = (written: string) => playCall({ parameters, written, dialect: 'prompted' });
  expect((await play('id=0xFFFFFFFFFFFFFFFF')).inputs).toEqual([]);
  expect((await play('id=0xFF')).inputs).toEqual([{ id: 255 }]);
});

test('calls written as JSON in text keep their numbers', async () => {
  const parameters = z.object({ id: z.number() });
  const { inputs, result } = await playCall({
    parameters,
    // The text around it makes the reply a call in JSON and not a Python call.
    written: `) {"name": "f", "arguments": {"id": ${digits}}}`,
    dialect: 'prompted',
  });
  expect(inputs).toEqual([]);
  expect(result?.status).not.toBe('ok');
});

test('arguments that the server sends as an object keep their numbers', async () => {
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '@' } };
  const message = { role: 'assistant', content: null, tool_calls: [call] };
  const whole = JSON.stringify(completion(message, 'tool_calls'));
  const body = whole.replace('"@"', `{"id":${digits}}`);
  for (const [schema, expected] of [
    [z.number(), []],
    [z.string(), [{ id: digits }]],
  ] as const) {
    await using server = await startModelServer(
      answersText(body, { contentType: 'application/json' }),
      answersJson(completion({ role: 'assistant', content: 'Done.' })),
    );
    const inputs: unknown[] = [];
    const agent = new Agent({
      name: 'caller',
      model: openaiCompatible({ model: 'm', baseURL: server.baseURL, profile: profiles.gemma3 }),
      tools: [
        tool({
          name: 'f',
          description: 'Takes an id.',
          parameters: z.object({ id: schema }),
          execute: (input) => void inputs.push(input),
        }),
      ],
    });
    await agent.run('Go.');
    expect(inputs).toEqual(expected);
  }
});
