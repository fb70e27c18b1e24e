import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { toKnownType } from './json-schema-types.ts';
import { mapSubschemas } from './map-subschemas.ts';
import { tidyKeywords } from './tidy-keywords.ts';

/**
 * The same schema without the keywords of OpenAPI 3.0, Swagger 2 and draft-04 that draft-07 does not have: `nullable`
 * becomes a type, a boolean `exclusiveMinimum` becomes a number, `required: true` of a property moves to its object.
 * Types in capitals get small letters, `any` and `file` become what they mean, a keyword that is null is removed.
 */
export function rewriteOldKeywords(schema: JsonObject): JsonObject {
  let rewritten = withNull(withExclusiveBounds(withType(tidyKeywords(withoutUnused(schema)))));
  rewritten = withRequired(withObjects(rewritten));
  return mapSubschemas(rewritten, (subschema) =>
    isJsonObject(subschema) ? rewriteOldKeywords(subschema) : subschema,
  );
}

/** `$async` would make ajv return promises; the others are about documents or XML, and may refer to removed definitions. */
const unused = new Set(['$async', 'discriminator', 'externalDocs', 'xml']);
const mayBeNull = new Set(['const', 'default', 'example']);

function withoutUnused(schema: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(schema).filter(
      ([keyword, value]) =>
        !unused.has(keyword) &&
        (value !== null || mayBeNull.has(keyword)) &&
        (keyword !== 'examples' || Array.isArray(value)),
    ),
  );
}

function withType(schema: JsonObject): JsonObject {
  if (!('type' in schema)) return schema;
  const { type, ...rest } = schema;
  const types = [type].flat().map((name) => toKnownType(name as JsonValue));
  if (types.includes('any')) return rest;
  const [first, ...others] = new Set(types);
  if (first === undefined) return schema;
  return { ...rest, type: others.length === 0 ? first : [first, ...others] };
}

function withExclusiveBounds(schema: JsonObject): JsonObject {
  return exclusive(exclusive(schema, 'minimum', 'exclusiveMinimum'), 'maximum', 'exclusiveMaximum');
}

function exclusive(schema: JsonObject, bound: string, keyword: string): JsonObject {
  if (typeof schema[keyword] !== 'boolean') return schema;
  const { [bound]: limit, [keyword]: isExclusive, ...rest } = schema;
  if (limit === undefined) return rest;
  return { ...rest, [isExclusive === true ? keyword : bound]: limit };
}

/** `properties: []` is how PHP prints an object without members. */
function withObjects(schema: JsonObject): JsonObject {
  const { properties } = schema;
  const isEmptyList = Array.isArray(properties) && properties.length === 0;
  return isEmptyList ? { ...schema, properties: {} } : schema;
}

function withRequired(schema: JsonObject): JsonObject {
  const { required, properties } = schema;
  const marked = Object.entries(isJsonObject(properties) ? properties : {})
    .filter(([, property]) => isJsonObject(property) && property.required === true)
    .map(([name]) => name);
  if (marked.length === 0 && required === undefined) return schema;
  const { required: _, ...rest } = schema;
  if (typeof required === 'boolean' && marked.length === 0) return rest;
  const listed = itemsOf(required);
  if (!Array.isArray(required) && typeof required !== 'boolean' && required !== undefined) {
    return schema;
  }
  return { ...rest, required: [...new Set([...listed, ...marked])] };
}

/** Keywords that do not decide which values are valid. */
export const annotationKeywords: ReadonlySet<string> = new Set([
  'default',
  'deprecated',
  'description',
  'example',
  'examples',
  'readOnly',
  'title',
  'writeOnly',
]);

function withNull(schema: JsonObject): JsonObject {
  const { nullable, 'x-nullable': extension, ...rest } = schema;
  if (nullable === undefined && extension === undefined) return schema;
  if (nullable !== true && extension !== true) return rest;
  const rules = Object.keys(rest).filter(
    (keyword) => !annotationKeywords.has(keyword) && !keyword.startsWith('x-'),
  );
  if (rules.length === 0) return rest;
  const [only] = rules;
  if (rules.length === 1 && (only === 'anyOf' || only === 'oneOf') && Array.isArray(rest[only])) {
    return { ...rest, [only]: [...(rest[only] as readonly JsonValue[]), { type: 'null' }] };
  }
  return rules.some((keyword) => combining.has(keyword))
    ? nextToNull(rest, rules)
    : withNullType(rest);
}

const combining = new Set(['$ref', 'allOf', 'anyOf', 'const', 'if', 'not', 'oneOf']);

function nextToNull(schema: JsonObject, rules: readonly string[]): JsonObject {
  const entries = Object.entries(schema);
  return {
    ...Object.fromEntries(entries.filter(([keyword]) => !rules.includes(keyword))),
    anyOf: [
      Object.fromEntries(entries.filter(([keyword]) => rules.includes(keyword))),
      { type: 'null' },
    ],
  };
}

function withNullType(schema: JsonObject): JsonObject {
  const { type, enum: values } = schema;
  return {
    ...schema,
    ...(type === undefined ? {} : { type: [...new Set([type, 'null'].flat())] as JsonValue }),
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}
