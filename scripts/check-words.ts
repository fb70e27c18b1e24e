import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, sep } from 'node:path';
import { parseArgs } from 'node:util';
import { type Finding, findWords } from './word-check/find-words.ts';

const help = `Finds words that are not plain English in comments, messages, names and documentation.

  pnpm words                          the whole repository
  pnpm words packages/core/src/run    a folder or a file
  pnpm words --summary                how many findings each word and each folder has

The list of words is scripts/plain-words.ts. Exits with 1 if anything was found.`;

/** The list itself, its tests, and data. */
const excluded =
  /^(?:scripts\/(?:plain-words|private-names)\.ts|scripts\/test\/|\.changeset\/|bench\/results\/)/;
const checked = /\.(?:ts|md|mjs|cjs|js)$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { summary: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
} else {
  const root = git(['rev-parse', '--show-toplevel']).trim();
  const paths = positionals.map((path) => relative(root, path).split(sep).join('/'));
  process.chdir(root);
  const findings = filesOf(paths).flatMap((path) => findWords(path, readFileSync(path, 'utf8')));
  console.log(values.summary ? summarise(findings) : list(findings));
  if (findings.length > 0) process.exitCode = 1;
}

/** Files that git knows or that are new, and that are still there. */
function filesOf(paths: readonly string[]): readonly string[] {
  return git(['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...paths])
    .split('\0')
    .filter((path) => checked.test(path) && !excluded.test(path) && existsSync(path));
}

function git(args: readonly string[]): string {
  return execFileSync('git', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
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
