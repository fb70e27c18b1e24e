import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { jsonSchema, type OutputSchema } from '../../src/schema/convert/to-schema.ts';
import {
  answersJson,
  chunk,
  completion,
  done,
  startModelServer,
  streamsPieces,
} from '../support/model-server.ts';

/** Runs an agent with an output. The server sends `text`, and then `corrected` for every further request. */
async function play<Output>(
  output: OutputSchema<Output>,
  text: string,
  { corrected = 'no answer', stream = false }: { corrected?: string; stream?: boolean } = {},
) {
  const answer = (content: string) =>
    stream
      ? streamsPieces(
          chunk({ content: content.slice(0, 7) }),
          chunk({ content: content.slice(7) }, 'stop'),
          done,
        )
      : answersJson(completion({ role: 'assistant', content }));
  await using server = await startModelServer(answer(text), answer(corrected));
  const agent = new Agent<unknown, Output>({
    name: 'reporter',
    model: openaiCompatible({ model: 'any', baseURL: server.baseURL, profile: profiles.gemma3 }),
    output,
    outputRetries: 1,
  });
  const running = stream ? agent.stream('Report.').result : agent.run('Report.');
  const result = await running.catch((error: unknown) => error);
  const requests = server.requests.length;
  if (result instanceof Error) return { code: Reflect.get(result, 'code'), fixes: [], requests };
  const { status, fixes, ...rest } = result as Awaited<ReturnType<typeof agent.run>>;
  const value: unknown = status === 'completed' && 'output' in rest ? rest.output : undefined;
  return { output: value, fixes, requests };
}

const trip = z.object({ to: z.string(), days: z.number() });
const fence = (value: unknown, language = 'json') =>
  `\`\`\`${language}\n${JSON.stringify(value)}\n\`\`\``;
const good = JSON.stringify({ to: 'Bonn', days: 4 });

describe.each([false, true])('streamed: %s', (stream) => {
  test('JSON is the answer, without a fix', async () => {
    const played = await play(trip, good, { stream });
    expect(played).toEqual({ output: { to: 'Bonn', days: 4 }, fixes: [], requests: 1 });
  });

  test.each<readonly [string, string]>([
    ['in a list', `[${good}]`],
    ['in an object', `{"trip":${good},"note":"x"}`],
    ['in an error', `{"error":"no trip","example":${good}}`],
    ['in JSON that is cut', `{"note":"x","trip":${good},`],
    ['in JSON that is broken', `{"note":"say "hi"","trip":${good}}`],
    ['in a fenced list', fence([JSON.parse(good)])],
    ['in a list between prose', `Here: [${good}, 5]. Bye.`],
    ['in a fence that is not closed', `So:\n\`\`\`json\n{"trips":[${good}`],
    ['in a string', JSON.stringify({ text: `It is ${good}` })],
  ])('a part is not the answer: %s', async (_what, text) => {
    const corrected = JSON.stringify({ to: 'Ulm', days: 1 });
    const played = await play(trip, text, { stream, corrected });
    expect(played.output).toEqual({ to: 'Ulm', days: 1 });
    expect(played.fixes).toMatchObject([{ kind: 'rejected-draft' }]);
  });

  test.each<readonly [string, string]>([
    [
      'two fences',
      `${fence({ to: 'Rome', days: 1 })}\nWrong, sorry. It is:\n${fence({ to: 'Kiel', days: 2 })}`,
    ],
    ['two objects', `First {"to":"Rome","days":1}, but better {"to":"Kiel","days":2}.`],
    [
      'a fence and broken JSON',
      `${fence({ to: 'Rome', days: 1 })}\nCorrected:\n\`\`\`json\n{"to":"Kiel",\n\`\`\``,
    ],
  ])(
    'the model is asked again if it is not certain which value is meant: %s',
    async (_what, text) => {
      const played = await play(trip, text, { stream, corrected: good });
      expect(played.output).toEqual({ to: 'Bonn', days: 4 });
      expect(played.requests).toBe(2);
    },
  );

  test.each<readonly [string, string, readonly object[]]>([
    ['prose before', `I think: ${good}`, [{ kind: 'dropped-text', text: 'I think:' }]],
    [
      'prose on both sides',
      `Well.\n${good}\nEnjoy!`,
      [{ kind: 'dropped-text', text: 'Well.\nEnjoy!' }],
    ],
    [
      'prose with a reference',
      `As in [1]: ${good}`,
      [{ kind: 'dropped-text', text: 'As in [1]:' }],
    ],
    ['prose with braces', `For {x}: ${good}`, [{ kind: 'dropped-text', text: 'For {x}:' }]],
    [
      'a fence in prose',
      `Here:\n${fence(JSON.parse(good))}`,
      [{ kind: 'dropped-text', text: 'Here:' }],
    ],
    [
      'the same value twice',
      `${fence(JSON.parse(good))}\nAgain: ${good}`,
      [{ kind: 'dropped-text' }],
    ],
    [
      'a comma too much',
      '{"to":"Bonn","days":4,}',
      [{ kind: 'repaired-output', repairs: ['superfluous comma'] }],
    ],
    ['a fence', fence(JSON.parse(good)), [{ kind: 'repaired-output', repairs: ['code fence'] }]],
    ['a key twice', '{"to":"Rome","to":"Bonn","days":4}', [{ kind: 'repaired-output' }]],
    [
      'encoded twice',
      JSON.stringify(good),
      [{ kind: 'repaired-output', repairs: ['JSON inside a string'] }],
    ],
    [
      'prose and a repair',
      `So: {to: "Bonn", days: 4}`,
      [{ kind: 'repaired-output' }, { kind: 'dropped-text' }],
    ],
  ])('%s: taken and reported', async (_what, text, fixes) => {
    const played = await play(trip, text, { stream });
    expect(played.output).toEqual({ to: 'Bonn', days: 4 });
    expect(played.fixes).toMatchObject(fixes);
    expect(played.fixes).toHaveLength(fixes.length);
  });
});

describe('prose is not converted', () => {
  test.each<readonly [string, OutputSchema<unknown>, string]>([
    ['a boolean', z.coerce.boolean(), 'No.'],
    ['a boolean of zod 3', z3.coerce.boolean(), 'No.'],
    ['a number', z.coerce.number(), '12 or so'],
    ['a number in a sentence', z.number(), 'It is 12.'],
    ['a date', z.coerce.date(), 'tomorrow'],
    ['a list', z.preprocess((text) => String(text).split(' '), z.array(z.string())), 'one two'],
  ])('%s', async (_what, output, text) => {
    expect((await play(output, text)).code).toBe('output_invalid');
  });

  test.each<readonly [OutputSchema<unknown>, string, unknown]>([
    [z.boolean(), 'true', true],
    [z.boolean(), 'False', false],
    [z.number(), ' 12\n', 12],
    [z.string(), 'It is 12.', 'It is 12.'],
    [z.string(), '"It is 12."', 'It is 12.'],
    [z.string(), '12', '12'],
    [z.enum(['red', 'green']), 'green', 'green'],
    [z.array(z.number()), 'The list is [1, 2].', [1, 2]],
    [jsonSchema({ type: 'array', items: { type: 'string' } }), '["a"]', ['a']],
  ])('the text fits', async (output, text, value) => {
    expect((await play(output, text)).output).toEqual(value);
  });

  test('JSON and prose for a schema of strings: asked again', async () => {
    const played = await play(z.string(), 'The word is\n```json\n"red"\n```', {
      corrected: '"red"',
    });
    expect(played).toMatchObject({ output: 'red', requests: 2 });
  });
});

describe('numbers that JavaScript cannot hold', () => {
  const order = z.object({ id: z.number() });
  test.each([
    '{"id": 9007199254740995}',
    '{"id": 1e400}',
    'Here: {"id": 9007199254740995}',
    '{id: 9007199254740995}',
  ])('%s is not the answer', async (text) => {
    const played = await play(order, text, { corrected: '{"id": 7}' });
    expect(played.output).toEqual({ id: 7 });
    expect(JSON.stringify(played.fixes)).toContain('too large to be exact');
  });

  test('a schema of strings gets the digits', async () => {
    const named = z.object({ id: z.string() });
    expect((await play(named, '{"id": 9007199254740995}')).output).toEqual({
      id: '9007199254740995',
    });
  });

  test('an output-delta does not show another number', async () => {
    const content = '{"n": 1, "id": 9007199254740995, "b": 2}';
    await using server = await startModelServer(
      streamsPieces(
        chunk({ content: content.slice(0, 34) }),
        chunk({ content: content.slice(34) }, 'stop'),
        done,
      ),
      streamsPieces(chunk({ content: '{"id": 1}' }, 'stop'), done),
    );
    const agent = new Agent({
      name: 'reporter',
      model: openaiCompatible({ model: 'any', baseURL: server.baseURL, profile: profiles.gemma3 }),
      output: z.object({ id: z.number() }),
    });
    const shown: unknown[] = [];
    for await (const event of agent.stream('Go.')) {
      if (event.type === 'output-delta') shown.push(event.output);
    }
    expect(JSON.stringify(shown)).not.toContain('900719925474099');
  });
});

test('a schema that throws is a reason to ask again', async () => {
  const throwing = jsonSchema<{ a: number[] }>({
    type: 'object',
    properties: { a: { type: 'array', uniqueItems: true } },
  });
  const played = await play(throwing, '{"a":[{"b":1},{"valueOf":1}]}', { corrected: '{"a":[1]}' });
  expect(played).toMatchObject({ output: { a: [1] }, requests: 2 });
});
