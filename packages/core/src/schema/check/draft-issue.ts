import type { JsonValue } from '../../json.ts';
import type { SchemaIssue } from '../schema.ts';
import { describeValue } from './describe-value.ts';
import { toIssuePath, valueAt } from './issue-path.ts';

/** An issue of any schema library, without the received value. */
export interface DraftIssue {
  readonly path: readonly PropertyKey[];
  /** What the schema requires, such as `expected number`. */
  readonly expectation: string;
  /** `type`: the value has the wrong type. `value`: it is not one of the allowed values. `other`: anything else. */
  readonly kind: 'type' | 'value' | 'other';
  /** Whether to omit the received value from the message, as for an unknown key. */
  readonly hidesValue?: boolean;
}

/** The issue in its final form, with a preview of the received value. */
export function toSchemaIssue(issue: DraftIssue, value: JsonValue): SchemaIssue {
  const received = issue.hidesValue ? '' : `, got ${describeValue(valueAt(value, issue.path))}`;
  return { path: toIssuePath(issue.path), message: `${issue.expectation}${received}` };
}

/**
 * The issues to report for a union if the value matches no alternative. `alternatives` holds the issues of each
 * alternative, `path` is the path of the union. If every alternative fails because of the type or the value, the
 * result is one issue that lists them all. Otherwise it is the issues of the alternative that was most likely meant:
 * first by the right type, then by the right constants, then by the fewest issues.
 */
export function chooseAlternative(
  path: readonly PropertyKey[],
  alternatives: readonly (readonly DraftIssue[])[],
): readonly DraftIssue[] {
  const scalars = alternatives.map((issues) => mismatchAt(path, issues));
  if (scalars.length > 0 && scalars.every((issue) => issue !== undefined)) {
    return [{ path, expectation: joinExpectations(scalars), kind: 'type' }];
  }
  const ranked = alternatives
    .filter((issues) => issues.length > 0)
    .toSorted((left, right) => badness(path, left) - badness(path, right));
  return (
    ranked[0] ?? [{ path, expectation: 'does not match any of the alternatives', kind: 'other' }]
  );
}

function mismatchAt(
  path: readonly PropertyKey[],
  issues: readonly DraftIssue[],
): DraftIssue | undefined {
  return issues.find((issue) => issue.path.length === path.length && issue.kind !== 'other');
}

function joinExpectations(issues: readonly DraftIssue[]): string {
  const alternatives = issues.map(({ expectation }) =>
    expectation.replace(/^expected (?:one of )?/, ''),
  );
  return `expected ${[...new Set(alternatives)].join(' or ')}`;
}

function badness(path: readonly PropertyKey[], issues: readonly DraftIssue[]): number {
  const isWrongType = mismatchAt(path, issues) !== undefined;
  const wrongConstants = issues.filter(
    (issue) => issue.kind === 'value' && issue.path.length === path.length + 1,
  );
  return (isWrongType ? 10_000 : 0) + wrongConstants.length * 100 + issues.length;
}
