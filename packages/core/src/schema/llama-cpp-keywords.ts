import type { JsonObject } from '../json.ts';
import { toGrammarPattern } from './grammar-pattern.ts';
import { conditionKeywords, isGrammarPattern, type RefusedKeyword } from './refused-keyword.ts';

/**
 * The keywords that llama.cpp's grammars cannot take (common/json-schema-to-grammar.cpp). A pattern is read before the
 * format and the lengths, must be anchored, and with an escape that GBNF does not have, such as `\d`, the server answers
 * the whole request with "failed to parse grammar". The patterns of the subset are translated.
 */
export const llamaCppKeywords: readonly RefusedKeyword[] = [
  ...conditionKeywords,
  {
    keyword: 'pattern',
    instead: ({ pattern }) => {
      const translated = toGrammarPattern(String(pattern));
      return translated === undefined ? {} : { pattern: translated };
    },
    isExact: isGrammarPattern,
  },
  { keyword: 'minLength', when: (schema) => isGrammarPattern(schema) || isHuge(schema.minLength) },
  { keyword: 'maxLength', when: (schema) => isGrammarPattern(schema) || isHuge(schema.maxLength) },
  { keyword: 'minItems', when: (schema) => isHuge(schema.minItems) },
  { keyword: 'maxItems', when: (schema) => isHuge(schema.maxItems) },
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((keyword) => ({
    keyword,
    when: (schema: JsonObject) =>
      schema.type === 'integer' && !Number.isSafeInteger(schema[keyword]),
  })),
];

/** Larger numbers of repetitions make the grammar too large. */
function isHuge(count: unknown): boolean {
  return typeof count === 'number' && count > 1_000;
}
