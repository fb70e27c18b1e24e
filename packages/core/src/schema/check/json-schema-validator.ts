import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import type AjvFormats from 'ajv-formats';
import { SchemaError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { toJsonPointer } from '../json-schema/json-pointer.ts';
import { mapSubschemas } from '../json-schema/map-subschemas.ts';
import type { SchemaIssue } from '../schema.ts';
import { toSchemaIssue } from './draft-issue.ts';
import { draftAjvIssues } from './json-schema-issues.ts';
import { readPattern } from './read-pattern.ts';

/** A draft of JSON Schema. Drafts that are validated in the same way share a name. */
export type JsonSchemaDraft = 'draft-07' | '2019-09' | '2020-12';

/**
 * A function that checks values against a JSON Schema. It returns the issues of a value, or an empty list. Throws
 * {@link SchemaError} with the path if the schema is not valid. The first call loads ajv (about 0.1 s).
 */
export function compileJsonSchema(
  schema: JsonObject,
  draft: JsonSchemaDraft,
): (value: JsonValue) => readonly SchemaIssue[] {
  const check = compile(loadAjv(draft), schema);
  return (value) => {
    if (check(value)) return [];
    return draftAjvIssues(check.errors ?? []).map((issue) => toSchemaIssue(issue, value));
  };
}

const require = createRequire(import.meta.url);
const loaded = new Map<JsonSchemaDraft, Ajv>();
// The names are literals because esbuild reads them.
const validators: Readonly<Record<JsonSchemaDraft, () => unknown>> = {
  'draft-07': () => require('ajv'),
  '2019-09': () => require('ajv/dist/2019.js'),
  '2020-12': () => require('ajv/dist/2020.js'),
};

function loadAjv(draft: JsonSchemaDraft): Ajv {
  const known = loaded.get(draft);
  if (known !== undefined) return known;
  const { default: Validator } = validators[draft]() as { default: new (options: Options) => Ajv };
  const { default: addFormats } = require('ajv-formats') as { default: typeof AjvFormats.default };
  const ajv = new Validator({
    strict: false,
    allErrors: true,
    verbose: true,
    logger: false,
    // Without it, every object has a `constructor` and a `toString`.
    ownProperties: true,
    code: { regExp: Object.assign(toRegExp, { code: 'new RegExp' }) },
  });
  addFormats(ajv);
  // A pattern may be of another language; then it is not checked here.
  ajv.addFormat('regex', true);
  loaded.set(draft, ajv);
  return ajv;
}

function toRegExp(pattern: string): RegExp {
  return readPattern(pattern) ?? new RegExp(pattern, 'u');
}

function compile(ajv: Ajv, original: JsonObject): ValidateFunction {
  const schema = withoutUnreadablePatterns(original);
  try {
    if (ajv.validateSchema(schema) !== true) throw invalidSchema(ajv.errors?.[0]);
    return ajv.compile(schema);
  } catch (thrown) {
    if (thrown instanceof SchemaError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const path = toJsonPointer(findFailing(ajv, schema, schema.$defs, []));
    throw new SchemaError(path, `${reason}.`, { cause: thrown });
  } finally {
    // ajv keeps every schema that it compiled. In a process that runs for weeks, the tools of a server can change often.
    ajv.removeSchema(schema);
  }
}

/** The path of the smallest part that ajv cannot compile. */
function findFailing(
  ajv: Ajv,
  schema: JsonObject,
  $defs: JsonValue | undefined,
  path: readonly string[],
): readonly string[] {
  let found: readonly string[] | undefined;
  mapSubschemas(schema, (part, below) => {
    if (found === undefined && isJsonObject(part) && !compiles(ajv, part, $defs)) {
      found = findFailing(ajv, part, $defs, [...path, ...below]);
    }
    return part;
  });
  return found ?? path;
}

function compiles(ajv: Ajv, part: JsonObject, $defs: JsonValue | undefined): boolean {
  const schema = $defs === undefined ? part : { ...part, $defs };
  try {
    ajv.compile(schema);
    return true;
  } catch {
    return false;
  } finally {
    ajv.removeSchema(schema);
  }
}

/** Leaves patterns that JavaScript cannot read to the server: they check nothing here. */
function withoutUnreadablePatterns(schema: JsonObject): JsonObject {
  const kept = mapSubschemas(schema, (part) =>
    isJsonObject(part) ? withoutUnreadablePatterns(part) : part,
  );
  const { pattern, patternProperties, additionalProperties, ...rest } = kept;
  const isReadable = typeof pattern !== 'string' || readPattern(pattern) !== undefined;
  const keys = isJsonObject(patternProperties) ? Object.entries(patternProperties) : [];
  const readable = keys.filter(([key]) => readPattern(key) !== undefined);
  return {
    ...rest,
    ...(pattern !== undefined && isReadable && { pattern }),
    ...(patternProperties !== undefined && {
      patternProperties: isJsonObject(patternProperties)
        ? Object.fromEntries(readable)
        : patternProperties,
    }),
    // A key that an unreadable pattern may allow is not refused.
    ...(additionalProperties !== undefined &&
      readable.length === keys.length && { additionalProperties }),
  };
}

function invalidSchema(error: ErrorObject | undefined): SchemaError {
  return new SchemaError(
    `#${error?.instancePath ?? ''}`,
    `the JSON Schema is not valid: this ${error?.message ?? 'is not allowed'}.`,
  );
}
