import {
  findBooleanSchema,
  findPatterns,
  isLlamaCppPattern,
} from '../grammar/llama-cpp-patterns.ts';
import { type JsonObject, toObject } from '../json.ts';

/** The message of a build that cannot make a grammar of the schema of a request; `undefined` if it can, or there is none. */
export function findLlamaSchemaProblem(body: JsonObject, build: 2025 | 2026): string | undefined {
  const format = toObject(body.response_format);
  const schema = toObject(toObject(format.json_schema).schema ?? format.schema);
  const isUnparsable = findPatterns(schema).some((pattern) => !isLlamaCppPattern(pattern, build));
  if (isUnparsable) return 'failed to parse grammar';
  const boolean = build === 2026 ? findBooleanSchema(schema) : undefined;
  if (boolean !== undefined) {
    return `${parserFailure}JSON schema error at ${boolean}: schema must be an object`;
  }
  const isUnknownType = typeof schema.type === 'string' && !knownTypes.includes(schema.type);
  if (!isUnknownType && !isBrokenReference(schema)) return undefined;
  return build === 2025
    ? `JSON schema conversion failed:\n${describe2025(schema)}`
    : `${parserFailure}JSON schema error at #: ${describe2026(schema)}`;
}

/** What the newer build writes before each problem of a template or a schema. */
export const parserFailure =
  'Unable to generate parser for this template. Automatic parser generation failed: ';

const knownTypes = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

function isBrokenReference(schema: JsonObject): boolean {
  const reference = /^#\/(\w+|\$\w+)\/(\w+)$/.exec(String(schema.$ref ?? ''));
  if (reference === null) return false;
  return toObject(schema[reference[1] ?? ''])[reference[2] ?? ''] === undefined;
}

function describe2025(schema: JsonObject): string {
  if (schema.$ref === undefined) return `Unrecognized schema: ${JSON.stringify(schema)}`;
  const holder = String(schema.$ref).split('/')[1];
  return `Error resolving ref ${String(schema.$ref)}: ${holder} not in ${JSON.stringify(schema)}`;
}

function describe2026(schema: JsonObject): string {
  if (schema.$ref === undefined) return `unrecognized type ${String(schema.type)}`;
  const holder = String(schema.$ref).split('/')[1];
  return `cannot resolve $ref ${String(schema.$ref)}, ${holder} not found`;
}
