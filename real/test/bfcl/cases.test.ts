import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { JsonObject } from '@turnwise/core';
import { readAllowedCalls } from '../../src/bfcl/allowed-answers.ts';
import type { CallCase, CaseCall } from '../../src/bfcl/call-case.ts';
import { drawCases, kindOf } from '../../src/bfcl/draw-cases.ts';
import { isRight } from '../../src/bfcl/judge-calls.ts';

const categories = ['simple_python', 'live_multiple', 'parallel_multiple', 'live_irrelevance'];

const caseOf = (category: string, id: number): CallCase => ({
  id: `${category}_${id}`,
  category,
  messages: [],
  tools: [],
  expected: [],
  ...(id === 0 && { schemaInvalid: true }),
});

const cases = categories.flatMap((category) =>
  Array.from({ length: 20 }, (_, id) => caseOf(category, id)),
);

test('a draw has equal parts of every kind, and no case that cannot be right', () => {
  const drawn = drawCases(cases, { count: 12, seed: 7 });
  const kinds = ['simple', 'multiple', 'parallel', 'irrelevance'];
  expect(drawn.map(kindOf)).toEqual(kinds.flatMap((kind) => [kind, kind, kind]));
  expect(new Set(drawn.map(({ id }) => id)).size).toBe(12);
  expect(drawCases(cases, { count: 80, seed: 7 })).toHaveLength(76);
});

test('a seed draws the same cases each time, and another seed draws others', () => {
  const draw = (seed: number) => drawCases(cases, { count: 40, seed }).map(({ id }) => id);
  expect(draw(3)).toEqual(draw(3));
  expect(draw(3)).not.toEqual(draw(4));
});

const boil = (values: CaseCall['arguments']): CaseCall => ({ name: 'boil', arguments: values });

const boiling: CallCase = {
  ...caseOf('parallel', 1),
  tools: [
    {
      function: {
        name: 'boil',
        parameters: {
          type: 'object',
          properties: {
            what: { type: 'string' },
            minutes: { type: 'integer' },
            lid: { type: 'string', description: 'Default is "open".' },
            salt: { type: 'boolean' },
          },
          required: ['what', 'minutes'],
        },
      },
    },
  ],
  expected: [
    boil({ what: 'two eggs', minutes: 5 }),
    boil({ what: 'rice', minutes: 12, lid: 'open' }),
  ],
};

const eggs = boil({ what: 'Two  eggs.', minutes: 5 });
const rice = boil({ what: 'rice', minutes: 12 });

test.each<readonly [string, readonly CaseCall[]]>([
  ['the order, the case, the punctuation and a default do not matter', [rice, eggs]],
  ['a default may be added', [boil({ what: 'two eggs', minutes: 5, lid: 'Open' }), rice]],
])('calls are right: %s', (_why, calls) => {
  expect(isRight(boiling, calls)).toBe(true);
});

test.each<readonly [string, readonly CaseCall[]]>([
  ['a call is missing', [eggs]],
  ['a call is made twice', [eggs, eggs]],
  ['a call is too much', [eggs, rice, rice]],
  ['the tool is another one', [eggs, { ...rice, name: 'fry' }]],
  ['a value is another one', [eggs, boil({ what: 'rice', minutes: 13 })]],
  ['a required value is missing', [eggs, boil({ what: 'rice' })]],
  ['a value was added', [eggs, boil({ what: 'rice', minutes: 12, salt: true })]],
])('calls are wrong: %s', (_why, calls) => {
  expect(isRight(boiling, calls)).toBe(false);
});

test('if no tool fits, only no call is right', () => {
  const irrelevant = { ...boiling, expected: [] };
  expect([isRight(irrelevant, []), isRight(irrelevant, [eggs])]).toEqual([true, false]);
});

const withAnswers: CallCase = {
  ...boiling,
  expected: [boil({ what: 'rice', minutes: 12, lid: 'open' })],
  allowed: [{ boil: { what: ['rice', 'white rice'], minutes: [12, 15], lid: ['open', ''] } }],
};

test.each<readonly [boolean, string, CaseCall['arguments']]>([
  [true, 'each value is one of the allowed ones', { what: 'White Rice', minutes: 15 }],
  [false, 'a value is not allowed', { what: 'rice', minutes: 13 }],
  [false, 'an argument is missing', { what: 'rice' }],
  [false, 'an argument was added', { what: 'rice', minutes: 12, salt: true }],
])(
  'with the answers of the leaderboard, calls are right or not (%s): %s',
  (right, _why, values) => {
    expect(isRight(withAnswers, [boil(values)])).toBe(right);
  },
);

test('allowed values inside objects have lists of their own', () => {
  const allowed = [{ boil: { pot: [{ size: ['large', 'big'], tags: [['a', 'b']] }] } }];
  const right = (pot: JsonObject) =>
    isRight({ ...boiling, expected: [boil({})], allowed }, [boil({ pot })]);
  expect(right({ size: 'big', tags: ['a', 'b'] })).toBe(true);
  expect(right({ size: 'big', tags: ['b', 'a'] })).toBe(false);
});

test('the answers of the leaderboard are read by the id of their case', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'answers-'));
  const line = { id: 'simple_1', ground_truth: [{ boil: { what: ['rice'] } }] };
  await writeFile(join(folder, 'simple.json'), `${JSON.stringify(line)}\n`);
  expect((await readAllowedCalls(folder)).get('simple_1')).toEqual(line.ground_truth);
  await expect(readAllowedCalls(join(folder, 'none'))).rejects.toThrow('cannot be read');
});
