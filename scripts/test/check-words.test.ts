import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sourceOptions } from '../source-options.ts';
import { checkRepository } from '../word-check/check-repository.ts';

const script = join(import.meta.dirname, '../check-words.ts');

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'check-words-'));
  execFileSync('git', ['init', '--quiet'], { cwd: repository });
  for (const [path, text] of Object.entries({
    'README.md': '# Tool\n\nBroken JSON is mended.\n',
    'src/read.ts': "export const label = 'It was mended twice.';\n",
    'src/fine.ts': '/** Repairs JSON. */\nexport const repair = 1;\n',
    'pnpm-lock.yaml': 'mended: true\n',
    'bench/results/kept.md': 'mended\n',
    'node_modules/other/index.js': '// mended\n',
    '.gitignore': 'node_modules\n',
  })) {
    mkdirSync(dirname(join(repository, path)), { recursive: true });
    writeFileSync(join(repository, path), text);
  }
});

afterEach(() => rmSync(repository, { recursive: true }));

/** The report and the number of findings. */
function check(paths: readonly string[] = [], options: { summary?: boolean } = {}) {
  const { count, report } = checkRepository(repository, paths, options);
  return { count, lines: report.split('\n') };
}

const findings = [
  expect.stringMatching(/^README\.md:3:16 {2}mended → repair \(.+\)$/),
  expect.stringMatching(/^src\/read\.ts:1:30 {2}mended → repair \(.+\)$/),
  '2 words to replace.',
];

test('each place is listed with the word, its replacement and the reason', () => {
  expect(check()).toEqual({ count: 2, lines: findings });
});

test('the command prints the findings and exits with 1', () => {
  const options = { cwd: repository, encoding: 'utf8' } as const;
  const { status, stdout } = spawnSync(process.execPath, [...sourceOptions, script], options);
  expect(status).toBe(1);
  expect(stdout.trim().split('\n')).toEqual(findings);
});

test('only the folders and files that are named are checked', () => {
  expect(check(['src']).lines).toHaveLength(2);
  expect(check(['src/fine.ts'])).toEqual({ count: 0, lines: ['No words to replace.'] });
});

test('a summary counts the findings of each word and each folder', () => {
  expect(check([], { summary: true }).lines.map((line) => line.trim())).toEqual([
    'Findings per word',
    '2  mend',
    'Findings per folder',
    '1  .',
    '1  src',
    '2 in all',
  ]);
});
