import type { SchemaIssue } from '../schema.ts';

/**
 * A text for the model that lists what is wrong with a value: each issue with its path, as many as fit into `maxChars`
 * characters, and the number of the others.
 */
export function describeIssues(issues: readonly SchemaIssue[], maxChars = 300): string {
  const clauses: string[] = [];
  for (const issue of issues) {
    const next = [...clauses, describeIssue(issue)];
    if (join(next, issues.length - next.length).length > maxChars) break;
    clauses.push(describeIssue(issue));
  }
  const [first] = issues;
  if (clauses.length > 0 || first === undefined) {
    return join(clauses, issues.length - clauses.length);
  }
  const more = join([''], issues.length - 1);
  return `${describeIssue(first).slice(0, Math.max(0, maxChars - more.length - 1))}…${more}`;
}

/** One issue as text, after its path. */
export function describeIssue({ path, message }: SchemaIssue): string {
  return path === '' ? message : `${path}: ${message}`;
}

function join(clauses: readonly string[], more: number): string {
  return `${clauses.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
