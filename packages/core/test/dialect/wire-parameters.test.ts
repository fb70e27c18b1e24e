import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { wireParameterName } from '../../src/dialect/wire-name.ts';
import {
  ownArguments,
  parameterAliases,
  wireArguments,
  wireParameters,
} from '../../src/dialect/wire-parameters.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { tool } from '../../src/tool/tool.ts';
import { playCall } from '../support/play-call.ts';
import { rawCalls, rawText } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const text = { type: 'string' };
const alias = wireParameterName;

/** Every name that a schema mentions in a keyword about names. */
function namesIn(schema: JsonValue): string[] {
  if (Array.isArray(schema)) return schema.flatMap((part: JsonValue) => namesIn(part));
  if (!isJsonObject(schema)) return [];
  const { required, dependentRequired, properties } = schema;
  const dependent = Object.entries(isJsonObject(dependentRequired) ? dependentRequired : {});
  return [
    ...Object.keys(isJsonObject(properties) ? properties : {}),
    ...[required ?? [], dependent].flat(3).map(String),
    ...Object.values(schema).flatMap((part) => namesIn(part)),
  ];
}

describe('aliases of parameters', () => {
  test.each<[string, JsonObject]>([
    ['anyOf', { anyOf: [{ required: ['start-at'] }, { properties: { 'end-at': text } }] }],
    [
      'oneOf in allOf',
      { allOf: [{ oneOf: [{ required: ['start-at'] }, { required: ['end-at'] }] }] },
    ],
    [
      'a condition',
      {
        if: { required: ['start-at'] },
        // biome-ignore lint/suspicious/noThenProperty: JSON Schema has this keyword.
        then: { required: ['end-at'] },
        else: { properties: { 'end-at': false } },
      },
    ],
    ['not', { not: { required: ['start-at', 'end-at'] } }],
    ['dependentRequired', { dependentRequired: { 'start-at': ['end-at'] } }],
    ['dependentSchemas', { dependentSchemas: { 'start-at': { required: ['end-at'] } } }],
    [
      'dependencies',
      { dependencies: { 'start-at': ['end-at'], 'end-at': { required: ['start-at'] } } },
    ],
    [
      'a reference',
      {
        anyOf: [{ $ref: '#/$defs/Start' }, { $ref: '#/$defs/Start', title: 'again' }],
        $defs: { Start: { required: ['start-at', 'end-at'] } },
      },
    ],
  ])('reach %s', (_, rules) => {
    const sent = wireParameters({
      type: 'object',
      properties: { 'start-at': text, 'end-at': text },
      ...rules,
    });
    const { $defs: _unused, ...visible } = sent;
    expect(new Set(namesIn(visible))).toEqual(new Set([alias('start-at'), alias('end-at')]));
  });

  test('are not given to the members of a parameter', () => {
    const Part = { type: 'object', properties: { 'is-new': text }, required: ['is-new'] };
    const parameters = {
      type: 'object',
      properties: { part: { $ref: '#/$defs/Part' }, 'a b': Part },
      $defs: { Part },
    };
    expect(namesIn(wireParameters(parameters)).sort()).toEqual(
      ['part', alias('a b'), 'is-new', 'is-new', 'is-new', 'is-new'].sort(),
    );
  });

  test('are given only if a name needs one', () => {
    const parameters = { type: 'object', properties: { a: text }, anyOf: [{ required: ['a'] }] };
    expect(wireParameters(parameters)).toBe(parameters);
  });

  test.each(['größe', '都市', 'नाम', 'имя_файла', 'ciudad_ñ'])('%s is its own name', (name) => {
    expect(alias(name)).toBe(name);
  });

  test.each(['пол-ночь', 'ﬁle', '都市 名', '1日'])('%s keeps its letters', (name) => {
    const letters = name.normalize('NFKC').match(/\p{L}+/gu) ?? [];
    expect(alias(name)).not.toBe(name);
    for (const part of letters) expect(alias(name)).toContain(part);
  });

  test('arguments come back under their own names, for any names', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }), {
      minLength: 1,
    });
    const property = fc.property(names, (own) => {
      const properties = Object.fromEntries(own.map((name) => [name, text]));
      const args = Object.fromEntries(own.map((name, index) => [name, index]));
      const aliases = parameterAliases({ type: 'object', oneOf: [{ properties }] });
      expect(ownArguments(aliases, wireArguments(args))).toEqual(args);
    });
    fc.assert(property, { numRuns: propertyRuns });
  });

  test.each([
    [
      'native',
      profiles.gemma3,
      rawCalls([['book', JSON.stringify({ 都市: 'x', [alias('from-date')]: 'y' })]]),
    ],
    ['prompted', profiles.gemma3Strict, rawText(`[book(都市="x", ${alias('from-date')}="y")]`)],
  ] as const)('a call with them runs: %s', async (_, profile, reply) => {
    const ran: unknown[] = [];
    const book = tool({
      name: 'book',
      description: 'Books.',
      parameters: {
        oneOf: [
          {
            type: 'object',
            properties: { 都市: text, 'from-date': text },
            required: ['都市', 'from-date'],
          },
        ],
      },
      execute: (input) => {
        ran.push(input);
        return 'booked';
      },
    });
    const { agent, transport } = wireAgent([reply], { profile, tools: [book] });
    await agent.run('Book it.');
    expect(ran).toEqual([{ 都市: 'x', 'from-date': 'y' }]);
    expect(JSON.stringify(transport.requests[1])).toContain('都市');
  });
});

test('a key that the schema does not list keeps its name when the model repeats it from the history', () => {
  const sent = wireArguments({ 'Content-Language': 'de' });
  expect(Object.keys(sent)).toEqual([alias('Content-Language')]);
  expect(ownArguments(new Map(), sent)).toEqual({ 'Content-Language': 'de' });
});

test('examples of whole arguments have the names that are sent', () => {
  const examples = [{ 'start-at': 'May' }];
  const sent = wireParameters({ type: 'object', properties: { 'start-at': text }, examples });
  expect(sent.examples).toEqual([{ [alias('start-at')]: 'May' }]);
});

describe('the message about refused arguments has the names that the model knows', () => {
  const due = alias('due-date');
  const parameters = {
    type: 'object',
    properties: {
      'due-date': { type: 'object', properties: { 'the-day': { type: 'number' } } },
      tag: text,
    },
    required: ['due-date'],
    additionalProperties: false,
  };

  test.each<readonly [string, JsonObject, string]>([
    [
      'a value',
      { [due]: { 'the-day': 'May' } },
      `${due}.the-day: expected number, got "May". Write \`${due}.the-day\` as a number, not a string.`,
    ],
    ['a missing value', { tag: 'x' }, `${due}: expected object`],
    [
      'an unknown key',
      { [due]: {}, 'due date': 1 },
      `unknown key "due date"; known keys: "${due}", "tag"`,
    ],
  ])('%s', async (_what, args, message) => {
    const { text: result } = await playCall({ parameters, written: JSON.stringify(args) });
    expect(result).toContain(message);
  });
});
