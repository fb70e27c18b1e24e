import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import type { JsonObject } from '../../src/index.ts';
import { answerAsStandIn } from '../../src/stand-in/stand-in.ts';
import { weatherTool } from '../weather-tool.ts';

const bits = fc.constantFrom(
  '<start_of_turn>',
  '<end_of_turn>\n',
  'user\n',
  'model\n',
  '<tool_response>',
  '</tool_response>',
  'Here is a list of functions in JSON format that you can invoke.\n',
  JSON.stringify([weatherTool]),
  '[f(a="x"b=[1',
  'f(a: string, b?: int = 3 /* x, ) */)  # d\n',
  '{"tool_calls":[{"name":',
  'How many lines does a.txt have, and what is 5% of that?',
  '(((',
  '[[[{',
  '"',
  "'",
  '\\',
  ' 12 * ',
  '\n\n',
);
const text = fc.oneof(
  anyText({ maxLength: 400 }),
  fc
    .array(fc.oneof(bits, fc.string({ maxLength: 12 })), { maxLength: 30 })
    .map((all) => all.join('')),
);
const schema = fc.letrec<{ schema: JsonObject }>((tie) => ({
  schema: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<JsonObject>(
      { type: 'string' },
      { type: 'integer', minimum: 3 },
      { enum: ['a', 1, null] },
      { const: true },
      { $ref: '#/properties/a' },
      {},
    ),
    fc.dictionary(fc.constantFrom('a', 'name', 'arguments', 'answer', 'calls'), tie('schema')).map(
      (properties): JsonObject => ({
        type: 'object',
        properties,
        required: Object.keys(properties),
      }),
    ),
    tie('schema').map((items): JsonObject => ({ type: 'array', items, minItems: 1 })),
    fc.array(tie('schema'), { maxLength: 3 }).map((anyOf): JsonObject => ({ anyOf })),
  ),
})).schema;

describe('the stand-in', () => {
  test('answers any prompt', () => {
    fc.assert(
      fc.property(text, text, (start, words) => {
        const prompt = `<start_of_turn>user\n${start}\n\n${words}<end_of_turn>\n<start_of_turn>model\n`;
        const view = { prompt, images: [], grammar: undefined, answerGrammar: undefined };
        expect(answerAsStandIn(view)).toEqual(expect.any(String));
      }),
      { numRuns: propertyRuns },
    );
  });

  test('writes JSON for any grammar', () => {
    fc.assert(
      fc.property(text, schema, (words, grammar) => {
        const prompt = `<start_of_turn>user\n${words}<end_of_turn>\n<start_of_turn>model\n`;
        const written = answerAsStandIn({
          prompt,
          images: [],
          grammar,
          answerGrammar: undefined,
        });
        expect(() => JSON.parse(written)).not.toThrow();
      }),
      { numRuns: propertyRuns },
    );
  });

  test.each(['[', '(', '{"a":', '<tool_response>', 'a.', '1+', 'x, ', '"', 'of the '])(
    'answers a prompt with thousands of %j',
    (bit) => {
      const flood = bit.repeat(20_000);
      const prompt = `<start_of_turn>user\nf(a: string)  # d\n\n${flood}<end_of_turn>\n<start_of_turn>model\n${flood}<end_of_turn>\n<start_of_turn>user\n${flood}<end_of_turn>\n<start_of_turn>model\n`;
      const view = { prompt, images: [], grammar: undefined, answerGrammar: undefined };
      expect(answerAsStandIn(view)).toEqual(expect.any(String));
    },
  );
});
