import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { toGrammarPattern } from './grammar-pattern.ts';
import { conditionKeywords, isGrammarPattern, type RefusedKeyword } from './refused-keyword.ts';

/**
 * The keywords that vLLM refuses with a 400 if xgrammar does the constrained decoding (vLLM
 * v1/structured_output/backend_xgrammar.py), and those that xgrammar reads more strictly than JSON Schema (measured with
 * 0.1.27): a string with a length cannot contain quotes or line breaks, a pattern is taken as the whole value, a number
 * with a limit loses `0.5` and `1e3`.
 */
export const xgrammarKeywords: readonly RefusedKeyword[] = [
  ...conditionKeywords,
  ...['properties', 'required', 'additionalProperties'].map((keyword) => ({
    keyword,
    when: hasUnwritableName,
  })),
  { keyword: 'multipleOf' },
  { keyword: 'uniqueItems' },
  { keyword: 'contains' },
  { keyword: 'minContains' },
  { keyword: 'maxContains' },
  { keyword: 'minLength' },
  { keyword: 'maxLength' },
  { keyword: 'format', when: (schema) => !hasXgrammarFormat(schema) || isGrammarPattern(schema) },
  { keyword: 'pattern', instead: (schema) => withPattern(schema), isExact: isGrammarPattern },
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'].map((keyword) => ({
    keyword,
    when: (schema: JsonObject) => !isWholeLimit(schema, keyword),
  })),
  { keyword: 'propertyNames', when: (schema) => namesOtherKeys(schema) || !isKeyPattern(schema) },
  { keyword: 'patternProperties', when: mixesPatterns, instead: allowPatternKeys },
  {
    keyword: 'items',
    when: (schema) => Array.isArray(schema.items),
    instead: describePrefixItems,
    isExact: () => true,
  },
  { keyword: 'additionalItems', isExact: () => true },
];

/** xgrammar copies names into its grammar without escapes: a quote stops the server's worker, a backslash never matches. */
function hasUnwritableName({ properties }: JsonObject): boolean {
  return Object.keys(properties ?? {}).some((name) => /["\\\p{Cc}\p{Cs}]/u.test(name));
}

const xgrammarFormats = new Set([
  'date',
  'date-time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'json-pointer',
  'relative-json-pointer',
  'time',
  'uri',
  'uri-reference',
  'uri-template',
  'uuid',
]);

function hasXgrammarFormat({ format }: JsonObject): boolean {
  return typeof format === 'string' && xgrammarFormats.has(format);
}

function withPattern({ pattern }: JsonObject): JsonObject {
  const translated = toGrammarPattern(String(pattern));
  return translated === undefined ? {} : { pattern: translated };
}

/** xgrammar stops the server's worker at limits of integers that are not whole numbers of 64 bits. */
function isWholeLimit(schema: JsonObject, keyword: string): boolean {
  const types = [schema.type ?? []].flat();
  return (
    types.includes('integer') && !types.includes('number') && Number.isSafeInteger(schema[keyword])
  );
}

function namesOtherKeys(schema: JsonObject): boolean {
  return (
    'properties' in schema ||
    'patternProperties' in schema ||
    isJsonObject(schema.additionalProperties)
  );
}

function isKeyPattern({ propertyNames }: JsonObject): boolean {
  return isJsonObject(propertyNames) && isGrammarPattern(propertyNames);
}

function patternsOf({ patternProperties }: JsonObject): (readonly [string, JsonValue])[] {
  return isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
}

function mixesPatterns(schema: JsonObject): boolean {
  const [first, ...others] = patternsOf(schema);
  const pattern = first?.[0] ?? '';
  const isTranslated = toGrammarPattern(pattern) !== pattern;
  return (
    'properties' in schema ||
    others.length > 0 ||
    isTranslated ||
    isJsonObject(schema.additionalProperties)
  );
}

/** Allows other keys: the pattern is removed, and keys that match it must still be possible. */
function allowPatternKeys(schema: JsonObject): JsonObject {
  if (isJsonObject(schema.additionalProperties)) return { additionalProperties: true };
  const [first, ...others] = patternsOf(schema);
  const isClosed = schema.additionalProperties === false && others.length === 0;
  return { additionalProperties: isClosed && first !== undefined ? first[1] : true };
}

/** A tuple of draft-07 with the keywords of 2020-12. */
function describePrefixItems(schema: JsonObject): JsonObject {
  const items = itemsOf(schema.items);
  const isClosed = typeof schema.maxItems === 'number' && schema.maxItems <= items.length;
  return { prefixItems: items, items: isClosed ? false : (schema.additionalItems ?? true) };
}
