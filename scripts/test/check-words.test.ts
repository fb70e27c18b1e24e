import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const script = join(import.meta.dirname, '../check-words.ts');
const tsx = pathToFileURL(join(import.meta.dirname, '../../node_modules/tsx/dist/loader.mjs')).href;

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

function check(...args: string[]): { code: number | null; lines: string[] } {
  const run = spawnSync(process.execPath, ['--import', tsx, script, ...args], {
    cwd: repository,
    encoding: 'utf8',
  });
  return { code: run.status, lines: (run.stdout + run.stderr).trim().split('\n') };
}

test('prints each place with the word, its replacement and the reason, and exits with 1', () => {
  const { code, lines } = check();

  expect(code).toBe(1);
  expect(lines).toEqual([
    expect.stringMatching(/^README\.md:3:16 {2}mended → repair \(.+\)$/),
    expect.stringMatching(/^src\/read\.ts:1:30 {2}mended → repair \(.+\)$/),
    '2 words to replace.',
  ]);
});

test('checks only the folders and files that are named', () => {
  expect(check('src').lines).toHaveLength(2);
  expect(check('src/fine.ts')).toEqual({ code: 0, lines: ['No words to replace.'] });
});

test('counts the findings of each word and each folder with --summary', () => {
  expect(check('--summary').lines.map((line) => line.trim())).toEqual([
    'Findings per word',
    '2  mend',
    'Findings per folder',
    '1  .',
    '1  src',
    '2 in all',
  ]);
});
