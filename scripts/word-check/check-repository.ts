import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { type Finding, findWords } from './find-words.ts';

/** The list itself, its tests, and data. */
const excluded =
  /^(?:scripts\/(?:plain-words|private-names)\.ts|scripts\/test\/|\.changeset\/|bench\/results\/)/;
const checked = /\.(?:ts|md|mjs|cjs|js)$/;

/**
 * Looks for words that are not plain English in the files of the repository of `folder`, or only in `paths` (relative to
 * `folder`). Gives the number of findings and the report about them.
 */
export function checkRepository(
  folder: string,
  paths: readonly string[],
  { summary = false }: { readonly summary?: boolean } = {},
): { readonly count: number; readonly report: string } {
  const root = git(folder, ['rev-parse', '--show-toplevel']).trim();
  const inside = paths.map((path) => relative(root, resolve(folder, path)).split(sep).join('/'));
  const findings = filesOf(root, inside).flatMap((path) =>
    findWords(path, readFileSync(join(root, path), 'utf8')),
  );
  return { count: findings.length, report: summary ? summarise(findings) : list(findings) };
}

/** Files that git knows or that are new, and that are still there. */
function filesOf(root: string, paths: readonly string[]): readonly string[] {
  const options = ['-z', '--cached', '--others', '--exclude-standard'];
  return git(root, ['ls-files', ...options, '--', ...paths])
    .split('\0')
    .filter((path) => checked.test(path) && !excluded.test(path) && existsSync(join(root, path)));
}

function git(cwd: string, args: readonly string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

function list(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ path, line, column, found, entry }) =>
      `${path}:${line}:${column}  ${found} → ${entry.plain} (${entry.reason})`,
  );
  const end =
    findings.length === 0 ? 'No words to replace.' : `${findings.length} words to replace.`;
  return [...lines, end].join('\n');
}

function summarise(findings: readonly Finding[]): string {
  return [
    'Findings per word',
    ...countsOf(findings.map(({ entry }) => entry.word)),
    'Findings per folder',
    ...countsOf(findings.map(({ path }) => dirname(path))),
    `${findings.length} in all`,
  ].join('\n');
}

/** How often each key occurs, the most frequent first. */
function countsOf(keys: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts]
    .sort(([a, m], [b, n]) => n - m || a.localeCompare(b))
    .map(([key, count]) => `${String(count).padStart(6)}  ${key}`);
}
