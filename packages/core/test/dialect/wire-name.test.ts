import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { activeTools } from '../../src/dialect/active-tools.ts';
import { wireName } from '../../src/dialect/wire-name.ts';
import { spec } from '../support/encode-turns.ts';

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
  const tools = activeTools([spec('get-weather'), spec('get_weather'), spec('a.b'), spec('add')]);

  test('by its original name, its alias, and its sanitised form if only one tool has it', () => {
    expect(tools.find('get-weather')?.name).toBe('get-weather');
    expect(tools.find(wireName('get-weather'))?.name).toBe('get-weather');
    expect(tools.find('get_weather')?.name).toBe('get_weather');
    expect(tools.find('a_b')?.name).toBe('a.b');
  });

  test.each(['Add', 'ad', 'add ', 'adds', 'toString', ''])('but %j finds no tool', (spelling) => {
    expect(tools.find(spelling)).toBeUndefined();
  });
});
