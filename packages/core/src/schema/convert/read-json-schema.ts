import { SchemaError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { compileJsonSchema, type JsonSchemaDraft } from '../check/json-schema-validator.ts';
import { hoistDefinitions } from '../json-schema/hoist-definitions.ts';
import { toJsonPointer } from '../json-schema/json-pointer.ts';
import { explainUnknownType } from '../json-schema/json-schema-types.ts';
import { mapSubschemas } from '../json-schema/map-subschemas.ts';
import { rewriteOldKeywords } from '../json-schema/rewrite-old-keywords.ts';
import { unwrapAllOf } from '../json-schema/unwrap-all-of.ts';
import type { Schema } from '../schema.ts';

/**
 * A JSON Schema object as a {@link Schema}. Validation does not change values: it fills in no defaults and coerces no
 * types. The draft is the one in `$schema`; without `$schema` it is 2020-12 if the schema uses keywords of that draft,
 * otherwise draft-07. Keywords of OpenAPI 3.0 and draft-04 are rewritten. Throws {@link SchemaError} with the path of what is wrong.
 */
export function readJsonSchema(source: object): Schema<JsonObject> {
  const schema = copyAsJson(source);
  requireKeywords(schema);
  const hoisted = unwrapAllOf(rewriteOldKeywords(hoistDefinitions(schema)));
  const jsonSchema = hoistDefinitions(hoisted);
  checkParts(jsonSchema, []);
  const check = compileJsonSchema(jsonSchema, draftOf(schema.$schema, jsonSchema));
  return {
    jsonSchema,
    validate: (value) => {
      const issues = check(value);
      return issues.length === 0 ? { ok: true, value: value as JsonObject } : { ok: false, issues };
    },
  };
}

function copyAsJson(source: object): JsonObject {
  try {
    const copy: unknown = JSON.parse(JSON.stringify(source));
    if (isJsonObject(copy)) return copy;
  } catch (thrown) {
    throw new SchemaError(
      '#',
      'a JSON Schema must be plain JSON, without cycles or big integers.',
      {
        cause: thrown,
      },
    );
  }
  throw new SchemaError('#', 'a JSON Schema must be an object.');
}

function requireKeywords(schema: JsonObject): void {
  const keys = Object.keys(schema);
  if (keys.length === 0 || keys.some((key) => knownKeywords.has(key))) return;
  throw new SchemaError(
    '#',
    `it has no JSON Schema keyword (its keys are ${keys
      .slice(0, 5)
      .map((key) => `"${key}"`)
      .join(
        ', ',
      )}). For an object with these fields write {"type": "object", "properties": { … }}.`,
  );
}

const knownKeywords = new Set([
  '$defs',
  '$ref',
  '$schema',
  'additionalProperties',
  'allOf',
  'anyOf',
  'components',
  'const',
  'default',
  'definitions',
  'description',
  'enum',
  'format',
  'if',
  'items',
  'maximum',
  'minimum',
  'not',
  'nullable',
  'oneOf',
  'pattern',
  'patternProperties',
  'properties',
  'required',
  'title',
  'type',
]);

function checkParts(schema: JsonValue, path: readonly string[]): JsonValue {
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) {
    throw new SchemaError(
      toJsonPointer(path),
      `a schema must be an object, not ${JSON.stringify(schema)}.`,
    );
  }
  const problem = 'type' in schema ? explainUnknownType(schema.type) : undefined;
  if (problem !== undefined) throw new SchemaError(toJsonPointer([...path, 'type']), problem);
  return mapSubschemas(schema, (subschema, below) => checkParts(subschema, [...path, ...below]));
}

function draftOf($schema: JsonValue | undefined, schema: JsonObject): JsonSchemaDraft {
  if (typeof $schema !== 'string') return usesNewKeywords(schema) ? '2020-12' : 'draft-07';
  if ($schema.includes('2020-12')) return '2020-12';
  return $schema.includes('2019-09') ? '2019-09' : 'draft-07';
}

const newKeywords = [
  'dependentRequired',
  'dependentSchemas',
  'maxContains',
  'minContains',
  'prefixItems',
  'unevaluatedItems',
  'unevaluatedProperties',
];

function usesNewKeywords(schema: JsonValue): boolean {
  if (!isJsonObject(schema)) return false;
  if (newKeywords.some((keyword) => keyword in schema)) return true;
  let isFound = false;
  mapSubschemas(schema, (subschema) => {
    isFound ||= usesNewKeywords(subschema);
    return subschema;
  });
  return isFound;
}
