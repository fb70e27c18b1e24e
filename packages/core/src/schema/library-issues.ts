import type { JsonValue } from '../json.ts';
import { chooseAlternative, type DraftIssue, toSchemaIssue } from './draft-issue.ts';
import { toIssuePath } from './issue-path.ts';
import type { SchemaIssue } from './schema.ts';
import type { StandardIssue } from './standard-schema.ts';

/**
 * The issues of a schema library in one form. zod, valibot and arktype each name the type that came in their own
 * way; that part is replaced by the value itself. Messages of the user's own checks stay as they are.
 */
export function toSchemaIssues(
  issues: readonly StandardIssue[],
  value: JsonValue,
): readonly SchemaIssue[] {
  return issues.flatMap((issue) => draft(issue, [])).map((issue) => toSchemaIssue(issue, value));
}

/** What zod 4 and zod 3 say beside the contract. */
interface DetailedIssue extends StandardIssue {
  readonly code?: unknown;
  readonly expected?: unknown;
  readonly errors?: unknown;
  readonly unionErrors?: unknown;
}

function draft(issue: DetailedIssue, above: readonly PropertyKey[]): readonly DraftIssue[] {
  const path = [...above, ...(issue.path ?? []).map(toKey)];
  const alternatives = alternativesOf(issue);
  if (alternatives.length > 0) {
    // The paths of zod 4 begin at the union, those of zod 3 at the root.
    const base = Array.isArray(issue.errors) ? path : above;
    return chooseAlternative(
      path,
      alternatives.map((issues) => issues.flatMap((inner) => draft(inner, base))),
    );
  }
  const hidesValue = issue.code === 'unrecognized_keys';
  return [{ path, expectation: reword(issue, path), kind: kindOf(issue), hidesValue }];
}

function toKey(segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment;
}

function alternativesOf({ code, errors, unionErrors }: DetailedIssue): DetailedIssue[][] {
  if (code !== 'invalid_union') return [];
  if (Array.isArray(errors)) return errors as DetailedIssue[][];
  if (!Array.isArray(unionErrors)) return [];
  return (unionErrors as { readonly issues: DetailedIssue[] }[]).map(({ issues }) => issues);
}

function kindOf({ code, message }: DetailedIssue): DraftIssue['kind'] {
  if (code === 'invalid_type') return 'type';
  if (code === 'invalid_value' || code === 'invalid_literal' || code === 'invalid_enum_value') {
    return 'value';
  }
  return /^invalid type:/i.test(message) ? 'type' : 'other';
}

function reword({ message, expected }: DetailedIssue, path: readonly PropertyKey[]): string {
  if (message === 'Required') return `expected ${String(expected ?? 'a value')}`;
  // valibot's word for a key that is missing.
  if (message.startsWith('Invalid key: Expected ')) return 'is required';
  const words = message.replace(lead, '').replace(came, '');
  // arktype begins with the path itself.
  const own = [path.map(String).join('.'), toIssuePath(path)].find(
    (text) => text !== '' && words.startsWith(`${text} `),
  );
  const clause = own === undefined ? words : words.slice(own.length + 1);
  return clause.replace(/^(?:Expected|Invalid|Must|Too|Unrecognized)\b/, (word) =>
    word.toLowerCase(),
  );
}

const lead =
  /^(?:invalid (?:enum value|input|number|option|string|type)|too small|too big)[:.] (?=expected|must)/i;
const came = /(?:,? (?:but )?received .*| \((?:was|were) .*\))$/su;
