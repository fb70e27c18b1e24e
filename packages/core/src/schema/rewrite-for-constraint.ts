import { SchemaError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { formatKeyword } from './format-constraints.ts';
import { hoistDefinitions } from './hoist-definitions.ts';
import { toJsonPointer } from './json-pointer.ts';
import { explainUnknownType } from './json-schema-types.ts';
import { mapSubschemas } from './map-subschemas.ts';

/** A JSON Schema keyword that a server does not accept for constrained decoding. */
export interface RefusedKeyword {
  readonly keyword: string;
  /** Whether the keyword is refused in this schema. @default in every schema */
  readonly when?: (schema: JsonObject) => boolean;
  /** The keywords to use in its place, as close as the server allows. @default none, only the description mentions it */
  readonly instead?: (schema: JsonObject) => JsonObject;
}

/** For servers that accept every keyword or ignore unknown ones. */
export const nothingRefused: readonly RefusedKeyword[] = [];

/**
 * The keywords that vLLM refuses with a 400 if xgrammar does the constrained decoding (vLLM
 * v1/structured_output/backend_xgrammar.py), and those that xgrammar itself cannot read: a list under `items` ("items
 * must be a boolean or an object", json_schema_converter.cc) and patterns with lookahead or lookbehind.
 */
export const xgrammarKeywords: readonly RefusedKeyword[] = [
  { keyword: 'multipleOf' },
  { keyword: 'uniqueItems' },
  { keyword: 'contains' },
  { keyword: 'minContains' },
  { keyword: 'maxContains' },
  { keyword: 'format', when: (schema) => !hasXgrammarFormat(schema) },
  { keyword: 'pattern', when: hasLookaround },
  { keyword: 'minLength', when: hasPatternOrFormat },
  { keyword: 'maxLength', when: hasPatternOrFormat },
  { keyword: 'propertyNames', when: namesOtherKeys },
  { keyword: 'patternProperties', when: mixesPatterns, instead: allowPatternKeys },
  { keyword: 'items', when: (schema) => Array.isArray(schema.items), instead: describePrefixItems },
  { keyword: 'additionalItems' },
];

/**
 * A schema that a server accepts for constrained decoding. Keywords that the server refuses move into the `description`
 * for the model ("multiple of 5"), and the original schema checks them after the reply. So the result is never stricter
 * than the original, except that tuples list every item. Definitions are under `$defs`; `$schema` and `$id` are
 * removed. The original is not changed. Throws {@link SchemaError} with the path of a part that no grammar can express:
 * an unknown `type`, `not`, a schema that allows no value, a reference without a target.
 */
export function rewriteForConstraint(
  schema: JsonObject,
  refusedKeywords: readonly RefusedKeyword[],
): JsonObject {
  return rewriteObject(hoistDefinitions(schema), [], refusedKeywords);
}

function rewriteObject(
  schema: JsonObject,
  path: readonly string[],
  refusedKeywords: readonly RefusedKeyword[],
): JsonObject {
  checkExpressible(schema, path);
  const refused = refusedKeywords.filter(
    ({ keyword, when }) => keyword in schema && (when === undefined || when(schema)),
  );
  const kept = withoutKeywords(
    schema,
    refused.map(({ keyword }) => keyword),
  );
  const instead = Object.assign({}, ...refused.map((each) => each.instead?.(schema) ?? {}));
  const described = describe({ ...kept, ...instead }, schema, refused);
  return mapSubschemas(described, (subschema, below) =>
    rewritePart(subschema, [...path, ...below], refusedKeywords),
  );
}

function rewritePart(
  schema: JsonValue,
  path: readonly string[],
  refusedKeywords: readonly RefusedKeyword[],
): JsonValue {
  if (isJsonObject(schema)) return rewriteObject(schema, path, refusedKeywords);
  if (schema === false && !mayBeFalse.has(path[path.length - 1] ?? '')) {
    throw new SchemaError(toJsonPointer(path), 'this schema allows no value. Remove the field.');
  }
  return schema;
}

/** Keywords for which `false` forbids further members; for every other keyword `false` allows no value at all. */
const mayBeFalse = new Set([
  'additionalItems',
  'additionalProperties',
  'items',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

function checkExpressible(schema: JsonObject, path: readonly string[]): void {
  const type = 'type' in schema ? explainUnknownType(schema.type) : undefined;
  if (type !== undefined) throw new SchemaError(toJsonPointer([...path, 'type']), type);
  if ('not' in schema) {
    throw new SchemaError(
      toJsonPointer([...path, 'not']),
      '"not" cannot be expressed in a grammar. Describe the allowed values with "enum", "anyOf" or a pattern.',
    );
  }
  if (Array.isArray(schema.enum) && schema.enum.length === 0) {
    throw new SchemaError(
      toJsonPointer([...path, 'enum']),
      'an empty "enum" allows no value. List at least one.',
    );
  }
  if (isPatternConflict(schema)) {
    throw new SchemaError(
      toJsonPointer([...path, 'patternProperties']),
      'a grammar cannot distinguish several patterns of keys. List the keys under "properties".',
    );
  }
}

function withoutKeywords(schema: JsonObject, keywords: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keywords.includes(key)));
}

function describe(
  rewritten: JsonObject,
  original: JsonObject,
  refused: readonly RefusedKeyword[],
): JsonObject {
  const clauses = refused
    .filter(({ keyword }) => keyword !== 'items' && keyword !== 'additionalItems')
    .map(({ keyword }) => formatKeyword(keyword, original[keyword] ?? null))
    .filter((clause) => clause !== undefined);
  if (clauses.length === 0) return rewritten;
  const { description } = original;
  const rules = clauses.join(', ');
  return {
    ...rewritten,
    description: typeof description === 'string' ? `${description} (${rules})` : rules,
  };
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

function hasLookaround({ pattern }: JsonObject): boolean {
  return typeof pattern === 'string' && /\(\?<?[=!]/.test(pattern);
}

function hasPatternOrFormat(schema: JsonObject): boolean {
  const hasPattern = 'pattern' in schema && !hasLookaround(schema);
  return hasPattern || hasXgrammarFormat(schema);
}

function namesOtherKeys(schema: JsonObject): boolean {
  return (
    'properties' in schema ||
    'patternProperties' in schema ||
    isJsonObject(schema.additionalProperties)
  );
}

function patternsOf({ patternProperties }: JsonObject): JsonValue[] {
  return isJsonObject(patternProperties) ? Object.values(patternProperties) : [];
}

function mixesPatterns(schema: JsonObject): boolean {
  return 'properties' in schema || patternsOf(schema).length > 1;
}

function isPatternConflict(schema: JsonObject): boolean {
  return !('properties' in schema) && patternsOf(schema).length > 1;
}

/** Allows other keys: the pattern is removed, and keys that match it must still be possible. */
function allowPatternKeys(schema: JsonObject): JsonObject {
  if (isJsonObject(schema.additionalProperties)) return { additionalProperties: true };
  const [first, ...others] = patternsOf(schema);
  const isClosed = schema.additionalProperties === false && others.length === 0;
  return { additionalProperties: isClosed && first !== undefined ? first : true };
}

/** A tuple of draft-07 with the keywords of 2020-12. */
function describePrefixItems(schema: JsonObject): JsonObject {
  const items = Array.isArray(schema.items) ? (schema.items as readonly JsonValue[]) : [];
  const isClosed = typeof schema.maxItems === 'number' && schema.maxItems <= items.length;
  return { prefixItems: items, items: isClosed ? false : (schema.additionalItems ?? true) };
}
