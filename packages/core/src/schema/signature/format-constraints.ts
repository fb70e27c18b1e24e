import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { shorten } from '../../shorten.ts';
import { isPatternOfFormat } from './format-patterns.ts';

/** Longest value of a keyword that is printed in full, in characters of JSON. */
const maxJsonChars = 200;

/**
 * One keyword of a schema as a short English clause, such as `multiple of 5` or `at least 3 characters`. `undefined` if
 * the keyword has no effect (its value is `false`).
 */
export function formatKeyword(keyword: string, value: JsonValue): string | undefined {
  if (value === false || value === undefined) return undefined;
  const format = Object.hasOwn(clauses, keyword) ? clauses[keyword] : undefined;
  return format === undefined ? `${keyword}: ${short(value)}` : format(value);
}

/**
 * The rules of a schema that are not part of its type, as short clauses: ranges, lengths, format, pattern.
 * The pattern that zod writes next to a format is omitted: the name of the format is easier to read.
 */
export function formatConstraints(schema: JsonObject): string[] {
  const { format, pattern, multipleOf, uniqueItems, contentEncoding, contentMediaType } = schema;
  return [
    formatRange(schema),
    formatCount(schema, 'minLength', 'maxLength', 'characters'),
    formatCount(schema, 'minItems', 'maxItems', 'items'),
    formatCount(schema, 'minProperties', 'maxProperties', 'keys'),
    typeof format === 'string' ? format : undefined,
    typeof contentEncoding === 'string' && contentEncoding !== format ? contentEncoding : undefined,
    typeof contentMediaType === 'string' ? contentMediaType : undefined,
    typeof pattern === 'string' && (format === undefined || !isPatternOfFormat(pattern))
      ? formatKeyword('pattern', pattern)
      : undefined,
    multipleOf === undefined ? undefined : formatKeyword('multipleOf', multipleOf),
    uniqueItems === true ? formatKeyword('uniqueItems', uniqueItems) : undefined,
  ].filter((clause) => clause !== undefined);
}

const clauses: Readonly<Record<string, (value: JsonValue) => string>> = {
  contains: (value) => `has an item that fits ${short(value)}`,
  exclusiveMaximum: (value) => `< ${short(value)}`,
  exclusiveMinimum: (value) => `> ${short(value)}`,
  format: (value) => `format ${String(value)}`,
  maxContains: (value) => `at most ${count(value, 'such items')}`,
  maximum: (value) => `<= ${short(value)}`,
  maxItems: (value) => `at most ${count(value, 'items')}`,
  maxLength: (value) => `at most ${count(value, 'characters')}`,
  maxProperties: (value) => `at most ${count(value, 'keys')}`,
  minContains: (value) => `at least ${count(value, 'such items')}`,
  minimum: (value) => `>= ${short(value)}`,
  minItems: (value) => `at least ${count(value, 'items')}`,
  minLength: (value) => `at least ${count(value, 'characters')}`,
  minProperties: (value) => `at least ${count(value, 'keys')}`,
  multipleOf: (value) => `multiple of ${short(value)}`,
  pattern: (value) => formatPattern(String(value)),
  patternProperties: formatPatternProperties,
  propertyNames: (value) => `every key fits ${short(value)}`,
  uniqueItems: () => 'unique items',
};

const literal = String.raw`((?:[^\\^$.*+?()[\]{}|]|\\[^a-zA-Z0-9])+)`;
const simplePatterns: readonly (readonly [clause: string, pattern: RegExp])[] = [
  ['starts with', new RegExp(`^\\^${literal}(?:\\.\\*)?$`)],
  ['ends with', new RegExp(`^(?:\\^?\\.\\*)?${literal}\\$$`)],
  ['contains', new RegExp(`^${literal}$`)],
];

/** The patterns of `startsWith`, `endsWith` and `includes` as a short clause, every other pattern in full. */
function formatPattern(source: string): string {
  for (const [clause, pattern] of simplePatterns) {
    const text = pattern.exec(source)?.[1];
    if (text !== undefined) return `${clause} ${JSON.stringify(text.replace(/\\(.)/gs, '$1'))}`;
  }
  return `matches ${quotePattern(source)}`;
}

/** The pattern between slashes, without a `*` next to a slash, which would end a comment. */
function quotePattern(source: string): string {
  return `/${source.replaceAll('*/', '*\\/').replace(/\*$/, '{0,}')}/`;
}

function count(value: JsonValue, unit: string): string {
  return `${short(value)} ${value === 1 ? unit.replace(/s$/, '') : unit}`;
}

function short(value: JsonValue): string {
  return shorten(JSON.stringify(value), maxJsonChars);
}

function formatPatternProperties(value: JsonValue): string {
  if (!isJsonObject(value)) return short(value);
  return Object.entries(value)
    .map(([pattern, schema]) => `keys that match ${quotePattern(pattern)} hold ${short(schema)}`)
    .join(', ');
}

/** Omits the range of safe integers: zod adds it to every integer, and it does not help a model. */
function formatRange(schema: JsonObject): string | undefined {
  const least = schema.minimum === Number.MIN_SAFE_INTEGER ? undefined : schema.minimum;
  const most = schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum;
  const hasOthers = 'exclusiveMinimum' in schema || 'exclusiveMaximum' in schema;
  if (least !== undefined && most !== undefined && !hasOthers) {
    return `${short(least)} to ${short(most)}`;
  }
  const all = {
    ...bound('minimum', least),
    ...bound('exclusiveMinimum', schema.exclusiveMinimum),
    ...bound('maximum', most),
    ...bound('exclusiveMaximum', schema.exclusiveMaximum),
  };
  const bounds = Object.entries(all).map(([keyword, value]) => formatKeyword(keyword, value));
  return bounds.length === 0 ? undefined : bounds.join(' and ');
}

function bound(keyword: string, value: JsonValue | undefined): JsonObject {
  return typeof value === 'number' ? { [keyword]: value } : {};
}

function formatCount(
  schema: JsonObject,
  leastKeyword: string,
  mostKeyword: string,
  unit: string,
): string | undefined {
  // Nothing has fewer than none.
  const least = schema[leastKeyword] === 0 ? undefined : schema[leastKeyword];
  const most = schema[mostKeyword];
  if (least !== undefined && least === most) return count(least, unit);
  if (least !== undefined && most !== undefined) return `${short(least)} to ${short(most)} ${unit}`;
  if (least !== undefined) return formatKeyword(leastKeyword, least);
  return most === undefined ? undefined : formatKeyword(mostKeyword, most);
}
