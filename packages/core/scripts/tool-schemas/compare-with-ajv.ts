import fc from 'fast-check';
import type { JsonObject, JsonValue } from '../../src/json.ts';
import { readJsonSchema } from '../../src/schema/convert/read-json-schema.ts';
import { arbitraryInstance, damagedInstance } from '../../test/support/arbitrary-instance.ts';
import { compileWithAjv } from '../../test/support/plain-ajv.ts';

/** How often the validation of this project and plain ajv agree on one schema. */
export interface Comparison {
  readonly accepted: number;
  readonly refused: number;
  readonly disagreements: readonly {
    readonly value: JsonValue;
    readonly accepts: 'ajv' | 'turnwise';
  }[];
  /** Why plain ajv cannot compile the schema. */
  readonly reason?: string;
}

/** Validates random instances of a schema, whole and damaged, with this project and with plain ajv (draft 2020-12, not strict). */
export async function compareWithAjv(schema: JsonObject, runs: number): Promise<Comparison> {
  let isValid: (value: JsonValue) => boolean;
  try {
    isValid = compileWithAjv(schema);
  } catch (thrown) {
    return { accepted: 0, refused: 0, disagreements: [], reason: String(thrown).slice(0, 160) };
  }
  const own = readJsonSchema(schema);
  const disagreements: Comparison['disagreements'][number][] = [];
  const counts = { accepted: 0, refused: 0 };
  const values = [arbitraryInstance, damagedInstance].flatMap((make) =>
    fc.sample(make(schema), { numRuns: runs, seed: 1 }),
  );
  for (const value of values) {
    const [expected, actual] = [isValid(value), (await own.validate(value)).ok];
    if (expected !== actual) disagreements.push({ value, accepts: expected ? 'ajv' : 'turnwise' });
    else counts[actual ? 'accepted' : 'refused'] += 1;
  }
  return { ...counts, disagreements };
}
