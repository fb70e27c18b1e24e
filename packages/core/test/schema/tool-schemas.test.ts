import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rewriteForConstraint } from '../../src/schema/constraint/rewrite-for-constraint.ts';
import { xgrammarKeywords } from '../../src/schema/constraint/xgrammar-keywords.ts';
import { tool } from '../../src/tool/tool.ts';
import { namedInstance } from '../support/arbitrary-instance.ts';
import { findLostFacts } from '../support/lost-facts.ts';
import { toolSchemas } from '../support/tool-schemas.ts';
import { compileForXgrammar } from '../support/xgrammar.ts';

const schemas = Object.entries(toolSchemas).map(
  ([name, parameters]) =>
    [
      name,
      tool({ name: 'f', description: 'Does F.', parameters, execute: () => '' }).schema,
    ] as const,
);

describe('the signature of a tool shows every fact that decides whether a call is valid', () => {
  test.each(schemas)('%s', (_, { jsonSchema }) => {
    const { lost } = findLostFacts({ name: 'f', description: '', parameters: jsonSchema });
    expect(lost.map(({ name }) => name)).toEqual([]);
  });
});

describe('xgrammar compiles the rewritten schema, which allows every valid value', () => {
  test.each(schemas)('%s', async (_, schema) => {
    const rewritten = rewriteForConstraint(schema.jsonSchema, xgrammarKeywords);
    const allows = await compileForXgrammar(rewritten);
    for (const value of fc.sample(namedInstance(schema.jsonSchema), { numRuns: 20, seed: 3 })) {
      if (!(await schema.validate(value)).ok) continue;
      expect({ value, allowed: await allows(value) }).toEqual({ value, allowed: true });
    }
  });
});
