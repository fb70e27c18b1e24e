import type { JsonObject, JsonValue } from '../json.ts';
import { describeIssues } from '../schema/check/describe-issues.ts';
import { parseIssuePath, valueAt } from '../schema/check/issue-path.ts';
import type { SchemaIssue } from '../schema/schema.ts';

/** The text for the model about arguments that are not valid: each path, the expectation, the value, and how to write it. */
export function explainArguments(issues: readonly SchemaIssue[], written: JsonObject): string {
  const hints = issues.slice(0, maxHints).flatMap((issue) => howToWrite(issue, written) ?? []);
  return [`${describeIssues(issues)}${hints.length > 0 ? '.' : ''}`, ...new Set(hints)].join(' ');
}

const maxHints = 4;

function howToWrite({ path, message }: SchemaIssue, written: JsonObject): string | undefined {
  const expected = expectedType.exec(message)?.[1]?.toLowerCase();
  const value = valueAt(written, parseIssuePath(path));
  if (expected === undefined || value === undefined || path === '') return undefined;
  const wanted = nouns.get(expected);
  const given = nouns.get(typeOf(value));
  if (wanted === undefined || wanted === given) return undefined;
  return `Write \`${path}\` as ${wanted}, not ${given}.`;
}

/** zod and ajv write "expected array", valibot "expected Array", arktype "must be an array". */
const expectedType =
  /\b(?:expected|be) (?:an? )?(array|list|object|record|string|number|integer|int|boolean)\b/i;

const nouns: ReadonlyMap<string, string> = new Map([
  ['array', 'an array'],
  ['list', 'an array'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['string', 'a string'],
  ['number', 'a number'],
  ['integer', 'a number'],
  ['int', 'a number'],
  ['boolean', 'true or false'],
  ['null', 'null'],
]);

function typeOf(value: JsonValue): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}
