import type { JsonValue } from '../json.ts';
import { describeValue } from './describe-value.ts';
import { toIssuePath, valueAt } from './issue-path.ts';
import type { SchemaIssue } from './schema.ts';

/** An issue of whatever library, before the value that came is named. */
export interface DraftIssue {
  readonly path: readonly PropertyKey[];
  /** What should have been there, such as `expected number`. */
  readonly expectation: string;
  /** Whether the value is of another type, another of the allowed values, or wrong in some other way. */
  readonly kind: 'type' | 'value' | 'other';
  /** Left out where the value itself says nothing, as with an unknown key. */
  readonly hidesValue?: boolean;
}

/** The issue in its final form, with a preview of the value that came. */
export function toSchemaIssue(issue: DraftIssue, value: JsonValue): SchemaIssue {
  const came = issue.hidesValue ? '' : `, got ${describeValue(valueAt(value, issue.path))}`;
  return { path: toIssuePath(issue.path), message: `${issue.expectation}${came}` };
}

/**
 * What to say of a union that no alternative of fits. `alternatives` are the issues of each, `path` is where the union
 * stands. Where all fail by type or by value: one issue with all of them. Else the issues of the alternative that
 * was most likely meant: of the right type, with the right constants, with the fewest issues.
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
  return ranked[0] ?? [{ path, expectation: 'fits none of the alternatives', kind: 'other' }];
}

function mismatchAt(
  path: readonly PropertyKey[],
  issues: readonly DraftIssue[],
): DraftIssue | undefined {
  return issues.find((issue) => issue.path.length === path.length && issue.kind !== 'other');
}

function joinExpectations(issues: readonly DraftIssue[]): string {
  const words = issues.map(({ expectation }) => expectation.replace(/^expected (?:one of )?/, ''));
  return `expected ${[...new Set(words)].join(' or ')}`;
}

function badness(path: readonly PropertyKey[], issues: readonly DraftIssue[]): number {
  const isWrongType = mismatchAt(path, issues) !== undefined;
  const wrongConstants = issues.filter(
    (issue) => issue.kind === 'value' && issue.path.length === path.length + 1,
  );
  return (isWrongType ? 10_000 : 0) + wrongConstants.length * 100 + issues.length;
}
