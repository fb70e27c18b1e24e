import { isJsonObject, itemsOf, type JsonObject } from '../../json.ts';
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
  {
    keyword: 'items',
    when: ({ items }) => typeof items === 'boolean' || Array.isArray(items),
    instead: describeItems,
    isExact: () => true,
  },
  { keyword: 'prefixItems', when: hasRest, instead: allowRest },
  { keyword: 'additionalItems', isExact: () => true },
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

/** A tuple is `prefixItems` without `items`: llama.cpp would read `items` instead of it. */
function describeItems(schema: JsonObject): JsonObject {
  if (Array.isArray(schema.items))
    return hasRest(schema) ? allowRest(schema) : { prefixItems: schema.items };
  return schema.items === false && !('prefixItems' in schema) ? { maxItems: 0 } : {};
}

/** The items of a tuple, and the schema of the items after them, if there is one. */
function tupleOf({ prefixItems, items, additionalItems }: JsonObject) {
  const listed = Array.isArray(prefixItems) ? prefixItems : items;
  const rest = Array.isArray(prefixItems) ? items : additionalItems;
  return { listed: itemsOf(listed), rest };
}

function hasRest(schema: JsonObject): boolean {
  const { listed, rest } = tupleOf(schema);
  return listed.length > 0 && isJsonObject(rest);
}

/** llama.cpp has no tuple with further items. */
function allowRest(schema: JsonObject): JsonObject {
  const { listed, rest = {} } = tupleOf(schema);
  return { items: { anyOf: [...listed, rest] } };
}
