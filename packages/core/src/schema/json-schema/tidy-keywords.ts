import { canonicalJson } from '../../canonical-json.ts';
import type { JsonObject, JsonValue } from '../../json.ts';

/**
 * The same schema with values that JSON Schema allows, if it is clear what was meant: repeated values of `enum` occur once, a
 * limit in quotes is a number, and an annotation of another type is removed. An empty `enum` allows nothing.
 */
export function tidyKeywords(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => tidyKeyword(keyword, value)),
  );
}

type Entry = readonly [keyword: string, value: JsonValue];

function tidyKeyword(keyword: string, value: JsonValue): readonly Entry[] {
  if (keyword === 'enum' && Array.isArray(value)) return [tidyEnum(value)];
  if (limits.has(keyword)) return [[keyword, toNumber(value)]];
  const type = annotationTypes.get(keyword);
  return type === undefined || typeof value === type ? [[keyword, value]] : [];
}

function tidyEnum(values: readonly JsonValue[]): Entry {
  if (values.length === 0) return ['not', {}];
  return ['enum', [...new Map(values.map((value) => [canonicalJson(value), value])).values()]];
}

function toNumber(value: JsonValue): JsonValue {
  return typeof value === 'string' && /^-?\d{1,15}(?:\.\d+)?$/.test(value) ? Number(value) : value;
}

const limits: ReadonlySet<string> = new Set([
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
]);

const annotationTypes: ReadonlyMap<string, string> = new Map([
  ['title', 'string'],
  ['description', 'string'],
  ['$comment', 'string'],
  ['readOnly', 'boolean'],
  ['writeOnly', 'boolean'],
  ['deprecated', 'boolean'],
]);
