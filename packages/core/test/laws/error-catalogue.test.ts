import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type ErrorCode, errorCatalogue } from '../../src/error-catalogue.ts';
import {
  EngineStop,
  ModelError,
  OutputInvalidError,
  SchemaError,
  TurnOrderError,
  TurnwiseError,
  toError,
} from '../../src/errors.ts';

const packages = join(import.meta.dirname, '../../..');
const files = ['core/src', 'durable/src', 'tools/src'].flatMap((folder) =>
  readdirSync(join(packages, folder), { recursive: true, encoding: 'utf8' }).flatMap((each) =>
    each.endsWith('.ts') ? [join(packages, folder, each)] : [],
  ),
);
const codes = Object.keys(errorCatalogue) as ErrorCode[];

test('every code of the catalogue is used, and has a meaning and a cure', () => {
  const text = files
    .filter((each) => !each.endsWith('core/src/errors.ts'))
    .map((each) => readFileSync(each, 'utf8'))
    .join('\n');
  const ownClass: readonly ErrorCode[] = [
    'invalid_schema',
    'turn_order',
    'output_invalid',
    'engine_stopped',
  ];
  const unused = codes.filter((code) => !text.includes(`'${code}'`) && !ownClass.includes(code));
  expect(unused).toEqual([]);
  for (const { meaning, cure } of Object.values(errorCatalogue)) {
    expect(meaning).toMatch(/^[A-Z].*\.$/);
    expect(cure).toMatch(/^[A-Z].*\.$/);
  }
});

test('everything that is thrown on purpose has a code of the catalogue', () => {
  const thrown = files.flatMap((each) => {
    const text = readFileSync(each, 'utf8');
    return [...text.matchAll(/new (?:TurnwiseError|ModelError)\(\s*'(\w+)'/g)].map(
      ([, code]) => code,
    );
  });
  expect(thrown.length).toBeGreaterThan(10);
  for (const code of thrown) expect(codes).toContain(code);
});

test('every kind of error has its name, its code and a message', () => {
  const errors = [
    new TurnwiseError('invalid_options', 'No.'),
    new SchemaError('#/properties/at', 'a date'),
    new TurnOrderError(3, 'two users.'),
    new ModelError('model_refused', 'No.', { cure: 'Say please.' }),
    new OutputInvalidError(2, '{}', ['a: missing']),
    new EngineStop('lease_lost'),
  ];
  for (const error of errors) {
    expect(error).toBeInstanceOf(TurnwiseError);
    expect(error.name).toBe(error.constructor.name);
    expect(codes).toContain(error.code);
    expect(error.message).not.toBe('');
  }
  expect(errors[3]?.message).toBe('No. Say please.');
});

test('any thrown value becomes an error with a message', () => {
  const error = new Error('Mine.');
  expect(toError(error)).toBe(error);
  const circular: Record<string, unknown> = {};
  circular.self = circular;
  for (const thrown of ['text', 7, 7n, null, undefined, Symbol('x'), {}, circular, () => 1]) {
    const made = toError(thrown);
    expect(made).toBeInstanceOf(Error);
    expect(made.message).not.toBe('');
    expect(made.cause).toBe(thrown);
  }
});
