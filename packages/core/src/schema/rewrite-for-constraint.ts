import { SchemaError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { formatKeyword } from './format-constraints.ts';
import { hoistDefinitions } from './hoist-definitions.ts';
import { toJsonPointer } from './json-pointer.ts';
import { explainUnknownType } from './json-schema-types.ts';
import { mapSubschemas } from './map-subschemas.ts';

/** A keyword of JSON Schema that a server's grammar does not take. */
export interface RefusedKeyword {
  readonly keyword: string;
  /** In which schemas it is refused. @default in every one */
  readonly when?: (schema: JsonObject) => boolean;
  /** Keywords that say as much of it as the grammar takes. @default none: it is said in words */
  readonly instead?: (schema: JsonObject) => JsonObject;
}

/** For servers that take every keyword, or leave out what they do not know. */
export const nothingRefused: readonly RefusedKeyword[] = [];

/**
 * What vLLM refuses with a 400 when xgrammar guides the decoding (vLLM v1/structured_output/backend_xgrammar.py), and
 * what xgrammar itself cannot read: a list under `items` ("items must be a boolean or an object",
 * json_schema_converter.cc) and patterns that look around.
 */
export const xgrammarKeywords: readonly RefusedKeyword[] = [
  { keyword: 'multipleOf' },
  { keyword: 'uniqueItems' },
  { keyword: 'contains' },
  { keyword: 'minContains' },
  { keyword: 'maxContains' },
  { keyword: 'format', when: (schema) => !hasXgrammarFormat(schema) },
  { keyword: 'pattern', when: looksAround },
  { keyword: 'minLength', when: hasPatternOrFormat },
  { keyword: 'maxLength', when: hasPatternOrFormat },
  { keyword: 'propertyNames', when: namesOtherKeys },
  { keyword: 'patternProperties', when: mixesPatterns, instead: allowPatternKeys },
  { keyword: 'items', when: (schema) => Array.isArray(schema.items), instead: describePrefixItems },
  { keyword: 'additionalItems' },
];

/**
 * The schema as a server's grammar takes it. What the server refuses moves into the `description`, where the model
 * reads it ("multiple of 5"), and is enforced after the reply by the schema's own check: the result is never stricter
 * than the original, except that tuples name every item. Definitions stand under `$defs`, `$schema` and `$id` are gone.
 * The original is not changed. Throws {@link SchemaError} with the path of what no grammar can say: an unknown `type`,
 * `not`, a schema that nothing fits, a reference that leads nowhere.
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
  refuseUnsayable(schema, path);
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
    throw new SchemaError(toJsonPointer(path), 'nothing fits this schema. Leave the field out.');
  }
  return schema;
}

/** Where `false` closes an object or a list instead of asking for the impossible. */
const mayBeFalse = new Set([
  'additionalItems',
  'additionalProperties',
  'items',
  'unevaluatedItems',
  'unevaluatedProperties',
]);

function refuseUnsayable(schema: JsonObject, path: readonly string[]): void {
  const type = 'type' in schema ? explainUnknownType(schema.type) : undefined;
  if (type !== undefined) throw new SchemaError(toJsonPointer([...path, 'type']), type);
  if ('not' in schema) {
    throw new SchemaError(
      toJsonPointer([...path, 'not']),
      'no grammar can say "not". Say what may come, with "enum", "anyOf" or a pattern.',
    );
  }
  if (Array.isArray(schema.enum) && schema.enum.length === 0) {
    throw new SchemaError(toJsonPointer([...path, 'enum']), 'nothing fits an empty "enum".');
  }
  if (isPatternConflict(schema)) {
    throw new SchemaError(
      toJsonPointer([...path, 'patternProperties']),
      'several patterns of keys beside each other cannot be told apart. Name the keys under "properties".',
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

function looksAround({ pattern }: JsonObject): boolean {
  return typeof pattern === 'string' && /\(\?<?[=!]/.test(pattern);
}

function hasPatternOrFormat(schema: JsonObject): boolean {
  const hasPattern = 'pattern' in schema && !looksAround(schema);
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

/** Keys that fit a pattern must stay possible where the grammar no longer knows the pattern. */
function allowPatternKeys(schema: JsonObject): JsonObject {
  if (isJsonObject(schema.additionalProperties)) return { additionalProperties: true };
  const [first, ...others] = patternsOf(schema);
  const isClosed = schema.additionalProperties === false && others.length === 0;
  return { additionalProperties: isClosed && first !== undefined ? first : true };
}

/** A tuple of draft-07 in the words of 2020-12. */
function describePrefixItems(schema: JsonObject): JsonObject {
  const items = Array.isArray(schema.items) ? (schema.items as readonly JsonValue[]) : [];
  const isClosed = typeof schema.maxItems === 'number' && schema.maxItems <= items.length;
  return { prefixItems: items, items: isClosed ? false : (schema.additionalItems ?? true) };
}
