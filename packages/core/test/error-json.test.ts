import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../scripts/property-runs.ts';
import { errorFromJson, errorToJson } from '../src/error-json.ts';
import {
  EngineStop,
  ModelError,
  OutputInvalidError,
  SchemaError,
  TurnOrderError,
  TurnwiseError,
} from '../src/errors.ts';

function roundTrip(error: unknown): Error {
  return errorFromJson(JSON.parse(JSON.stringify(errorToJson(error))));
}

describe('an error that was JSON', () => {
  test.each<[string, TurnwiseError]>([
    ['TurnwiseError', new TurnwiseError('run_failed', 'No.', { cause: new RangeError('Inner.') })],
    ['SchemaError', new SchemaError('#/a', 'a date')],
    ['TurnOrderError', new TurnOrderError(3, 'two users.')],
    ['EngineStop', new EngineStop('lease_lost')],
    ['OutputInvalidError', new OutputInvalidError(2, '{"a":1}', ['a: is not a text'])],
    [
      'ModelError',
      new ModelError('context_overflow', 'Too long.', {
        cure: 'Shorten it.',
        contextWindow: 4096,
        promptTokens: 5000,
        status: 400,
      }),
    ],
  ])('has the class %s, its code, message and fields', (name, error) => {
    const copy = roundTrip(error);
    expect(copy).toBeInstanceOf(error.constructor);
    expect(copy.name).toBe(name);
    expect({ ...copy, message: copy.message }).toEqual({ ...error, message: error.message });
    expect(errorToJson(copy)).toEqual(errorToJson(error));
  });

  test('keeps the last reply of the model, and does not show it', () => {
    const copy = roundTrip(new ModelError('model_output', 'No.', { reply: 'Secret.' }));
    expect(copy instanceof ModelError && copy.details.reply).toBe('Secret.');
    expect(JSON.stringify(copy)).not.toContain('Secret.');
    const invalid = roundTrip(new OutputInvalidError(1, 'Secret.', ['x']));
    expect(invalid instanceof OutputInvalidError && invalid.text).toBe('Secret.');
    expect(JSON.stringify(invalid)).not.toContain('Secret.');
  });

  test('keeps the name and the code of an error of another library, and its causes', () => {
    const inner = Object.assign(new Error('Gone.'), { code: 'ECONNRESET' });
    const copy = roundTrip(new TypeError('fetch failed', { cause: inner }));
    expect(copy).toMatchObject({ name: 'TypeError', message: 'fetch failed' });
    expect(copy.cause).toMatchObject({ name: 'Error', message: 'Gone.', code: 'ECONNRESET' });
  });

  test('ends even if a cause contains itself', () => {
    const error = new Error('Round.');
    const other = new Error('And round.', { cause: error });
    error.cause = other;
    expect(roundTrip(error).message).toBe('Round.');
  });

  test('is an error for any thrown value and any JSON', () => {
    const property = fc.property(fc.anything(), fc.jsonValue(), (thrown, json) => {
      expect(roundTrip(thrown)).toBeInstanceOf(Error);
      expect(errorFromJson(json)).toBeInstanceOf(Error);
      expect(errorToJson(roundTrip(thrown))).toEqual(
        JSON.parse(JSON.stringify(errorToJson(thrown))),
      );
    });
    fc.assert(property, { numRuns: propertyRuns });
  });
});
