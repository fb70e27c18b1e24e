import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import type AjvFormats from 'ajv-formats';
import { SchemaError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { toSchemaIssue } from './draft-issue.ts';
import { draftAjvIssues } from './json-schema-issues.ts';
import type { SchemaIssue } from './schema.ts';

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

const load = createRequire(import.meta.url);
const loaded = new Map<JsonSchemaDraft, Ajv>();
const modules: Readonly<Record<JsonSchemaDraft, string>> = {
  'draft-07': 'ajv',
  '2019-09': 'ajv/dist/2019.js',
  '2020-12': 'ajv/dist/2020.js',
};

function loadAjv(draft: JsonSchemaDraft): Ajv {
  const known = loaded.get(draft);
  if (known !== undefined) return known;
  const { default: Validator } = load(modules[draft]) as { default: new (options: Options) => Ajv };
  const { default: addFormats } = load('ajv-formats') as { default: typeof AjvFormats.default };
  const ajv = new Validator({ strict: false, allErrors: true, verbose: true, logger: false });
  addFormats(ajv);
  loaded.set(draft, ajv);
  return ajv;
}

function compile(ajv: Ajv, schema: JsonObject): ValidateFunction {
  try {
    if (ajv.validateSchema(schema) !== true) throw invalidSchema(ajv.errors?.[0]);
    return ajv.compile(schema);
  } catch (thrown) {
    if (thrown instanceof SchemaError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new SchemaError('#', `${reason}.`, { cause: thrown });
  } finally {
    // ajv keeps every schema that it compiled. In a process that runs for weeks, the tools of a server can change often.
    ajv.removeSchema(schema);
  }
}

function invalidSchema(error: ErrorObject | undefined): SchemaError {
  return new SchemaError(
    `#${error?.instancePath ?? ''}`,
    `the JSON Schema is not valid: this ${error?.message ?? 'is not allowed'}.`,
  );
}
