import { createRequire } from 'node:module';
import type { Ajv, ErrorObject, Options, ValidateFunction } from 'ajv';
import type AjvFormats from 'ajv-formats';
import { SchemaError } from '../errors.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import { toSchemaIssue } from './draft-issue.ts';
import { draftAjvIssues } from './json-schema-issues.ts';
import type { SchemaIssue } from './schema.ts';

/** The draft of JSON Schema that a schema is written in, as far as validation differs. */
export type JsonSchemaDraft = 'draft-07' | '2019-09' | '2020-12';

/**
 * A check of values against a JSON Schema: what is wrong, or an empty list. Throws {@link SchemaError} where the schema
 * itself is none, with the place. ajv is loaded when the first check is made (about 0.1 s), not before.
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
    // ajv would keep every schema that it ever saw; the tools of a server may come and go for weeks.
    ajv.removeSchema(schema);
  }
}

function invalidSchema(error: ErrorObject | undefined): SchemaError {
  return new SchemaError(
    `#${error?.instancePath ?? ''}`,
    `it is no JSON Schema: this ${error?.message ?? 'is not allowed'}.`,
  );
}
