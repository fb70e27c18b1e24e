import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { activeTools } from '../../src/dialect/active-tools.ts';
import { wireName } from '../../src/dialect/wire-name.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { spec } from '../support/encode-turns.ts';

const { openai } = profiles;

const name = fc.oneof(
  fc.string({ maxLength: 130 }),
  fc
    .array(fc.constantFrom('a', 'b', '_', '-', '.', '/', '7', 'é', ' '), { maxLength: 8 })
    .map((all) => all.join('')),
);

describe('a name on the wire', () => {
  test('is accepted by every server and every Python parser', () => {
    const property = fc.property(name, (own) => {
      expect(wireName(own)).toMatch(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/);
    });
    fc.assert(property, { numRuns: 5 * propertyRuns });
  });

  test('is always the same and belongs to only one name', () => {
    const owners = new Map<string, string>();
    const property = fc.property(name, (own) => {
      const sent = wireName(own);
      expect(wireName(own)).toBe(sent);
      expect(owners.get(sent) ?? own).toBe(own);
      owners.set(sent, own);
    });
    fc.assert(property, { numRuns: 5 * propertyRuns });
  });

  test.each(['get_weather', 'f', '_x', 'A1'])('%s is sent unchanged', (own) => {
    expect(wireName(own)).toBe(own);
  });

  test.each([
    'from',
    'None',
    'class',
    'true',
    'print',
    'get-weather',
    '7days',
    'a.b',
    'f__0a1b2c',
    'x'.repeat(65),
  ])('%s has an alias', (own) => {
    expect(wireName(own)).not.toBe(own);
  });
});

describe('a spelling finds its tool', () => {
  const specs = [spec('get-weather'), spec('get_weather'), spec('a.b'), spec('add')];
  const find = (written: string) => activeTools(specs, openai).resolve(written).tool?.name;

  test('by its original name, its alias, and its sanitised form if only one tool has it', () => {
    expect(find('get-weather')).toBe('get-weather');
    expect(find(wireName('get-weather'))).toBe('get-weather');
    expect(find('get_weather')).toBe('get_weather');
    expect(find('a_b')).toBe('a.b');
  });

  test.each([
    'Add',
    'ad',
    'my_add',
    'adds',
    'toString',
    '',
    ' ',
    'functions.',
    'functions.ad',
    'other.add',
  ])('but %j finds no tool', (spelling) => {
    expect(find(spelling)).toBeUndefined();
  });
});
