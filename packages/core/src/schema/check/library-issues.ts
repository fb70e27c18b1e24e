import type { JsonValue } from '../../json.ts';
import type { SchemaIssue } from '../schema.ts';
import { chooseAlternative, type DraftIssue, toSchemaIssue } from './draft-issue.ts';
import { toIssuePath } from './issue-path.ts';
import type { StandardIssue } from './standard-schema.ts';

/**
 * The issues of any schema library in one form. The messages of zod, valibot and arktype name the received type, each in
 * its own way; that part is replaced by the received value. Messages of the user's own checks are not changed.
 */
export function toSchemaIssues(
  issues: readonly StandardIssue[],
  value: JsonValue,
): readonly SchemaIssue[] {
  return issues.flatMap((issue) => draft(issue, [])).map((issue) => toSchemaIssue(issue, value));
}

/** The fields of zod 4 and zod 3 that are not part of Standard Schema. */
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
    // In zod 4 these paths start at the union, in zod 3 at the root.
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
  // valibot reports a missing key like this.
  if (message.startsWith('Invalid key: Expected ')) return 'is required';
  const expectation = message.replace(intro, '').replace(received, '');
  // arktype's messages start with the path.
  const own = [path.map(String).join('.'), toIssuePath(path)].find(
    (text) => text !== '' && expectation.startsWith(`${text} `),
  );
  const clause = own === undefined ? expectation : expectation.slice(own.length + 1);
  return clause.replace(/^(?:Expected|Invalid|Must|Too|Unrecognized)\b/, (first) =>
    first.toLowerCase(),
  );
}

const intro =
  /^(?:invalid (?:enum value|input|number|option|string|type)|too small|too big)[:.] (?=expected|must)/i;
const received = /(?:,? (?:but )?received .*| \((?:was|were) .*\))$/su;
