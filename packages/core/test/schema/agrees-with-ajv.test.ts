import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deskCases } from '../../../../scripts/desk-cases.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { readJsonSchema } from '../../src/schema/convert/read-json-schema.ts';
import { arbitraryInstance, damagedInstance } from '../support/arbitrary-instance.ts';
import { compileWithAjv } from '../support/plain-ajv.ts';
import { toolSchemas } from '../support/tool-schemas.ts';

test.each(Object.entries(toolSchemas))(
  'arguments are valid exactly if ajv accepts them: %s',
  async (_, schema) => {
    const own = readJsonSchema(schema);
    const isValid = compileWithAjv(schema);
    const values = fc.oneof(arbitraryInstance(schema), damagedInstance(schema));
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        expect((await own.validate(value)).ok).toBe(isValid(value));
      }),
      { numRuns: propertyRuns * 2 },
    );
  },
);

test('random arguments are often valid and often not', () => {
  const counts = deskCases(Object.values(toolSchemas), 4).map((schema) => {
    const isValid = compileWithAjv(schema);
    const sample = (make: typeof arbitraryInstance) =>
      fc.sample(make(schema), { numRuns: 40, seed: 7 }).filter(isValid).length;
    return { whole: sample(arbitraryInstance), damaged: sample(damagedInstance) };
  });
  expect(counts.every(({ whole }) => whole > 0)).toBe(true);
  expect(counts.filter(({ damaged }) => damaged < 40).length).toBeGreaterThan(counts.length * 0.9);
});
