import { createRequire } from 'node:module';
import type { Ajv, Options } from 'ajv';
import type AjvFormats from 'ajv-formats';
import type { JsonObject, JsonValue } from '../../src/json.ts';

const require = createRequire(import.meta.url);
const { default: Validator } = require('ajv/dist/2020.js') as {
  default: new (options: Options) => Ajv;
};
const { default: addFormats } = require('ajv-formats') as { default: typeof AjvFormats.default };

/** Makes a check of ajv for draft 2020-12 that is not strict, without anything of this project. Throws if ajv refuses the schema. */
export function compileWithAjv(schema: JsonObject): (value: JsonValue) => boolean {
  const ajv = new Validator({ strict: false, logger: false });
  addFormats(ajv);
  const { $schema: _, ...rest } = schema;
  const check = ajv.compile(rest);
  return (value) => check(value) === true;
}
