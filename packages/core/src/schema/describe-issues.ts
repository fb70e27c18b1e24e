import type { SchemaIssue } from './schema.ts';

/**
 * What is wrong with a value, for the model to read: each issue with its path, as many as fit into `maxChars`
 * characters, and how many more there are.
 */
export function describeIssues(issues: readonly SchemaIssue[], maxChars = 300): string {
  const said: string[] = [];
  for (const issue of issues) {
    const next = [...said, describeIssue(issue)];
    if (join(next, issues.length - next.length).length > maxChars) break;
    said.push(describeIssue(issue));
  }
  const [first] = issues;
  if (said.length > 0 || first === undefined) return join(said, issues.length - said.length);
  const more = join([''], issues.length - 1);
  return `${describeIssue(first).slice(0, Math.max(0, maxChars - more.length - 1))}…${more}`;
}

/** One issue with its path. */
export function describeIssue({ path, message }: SchemaIssue): string {
  return path === '' ? message : `${path}: ${message}`;
}

function join(said: readonly string[], more: number): string {
  return `${said.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
