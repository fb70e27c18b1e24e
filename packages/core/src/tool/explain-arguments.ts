import type { JsonObject, JsonValue } from '../json.ts';
import { describeIssues } from '../schema/check/describe-issues.ts';
import { parseIssuePath, toIssuePath, valueAt } from '../schema/check/issue-path.ts';
import { rootPlace } from '../schema/json-schema/schema-place.ts';
import type { SchemaIssue } from '../schema/schema.ts';

/** Arguments that a schema refused. */
export interface RefusedArguments {
  readonly issues: readonly SchemaIssue[];
  readonly written: JsonObject;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
  /** The name that the model knows a parameter by. */
  readonly nameOf: (parameter: string) => string;
}

/** The text for the model about arguments that are not valid: each path, the expectation, the value, and how to write it. */
export function explainArguments(refused: RefusedArguments): string {
  const { issues } = refused;
  const hints = issues.slice(0, maxHints).flatMap((issue) => howToWrite(issue, refused) ?? []);
  const shown = issues.map((issue) => renameParameters(issue, refused));
  const text = describeIssues(shown);
  return [`${text}${hints.length > 0 ? '.' : ''}`, ...new Set(hints)].join(' ');
}

const maxHints = 4;

/** The same issue with the names that the model knows: in its path, and in quotes if it is about the arguments as a whole. */
function renameParameters(
  issue: SchemaIssue,
  { parameters, nameOf }: RefusedArguments,
): SchemaIssue {
  const [first, ...rest] = parseIssuePath(issue.path);
  if (typeof first === 'string') return { ...issue, path: toIssuePath([nameOf(first), ...rest]) };
  const { declares } = rootPlace(parameters);
  const message = issue.message.replace(/"([^"\\]+)"/g, (quoted, name: string) =>
    declares(name) ? `"${nameOf(name)}"` : quoted,
  );
  return { ...issue, message };
}

function howToWrite(issue: SchemaIssue, refused: RefusedArguments): string | undefined {
  const expected = expectedType.exec(issue.message)?.[1]?.toLowerCase();
  const value = valueAt(refused.written, parseIssuePath(issue.path));
  const { path } = renameParameters(issue, refused);
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
