import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const maxFileLines = 300;
/** What a screen shows. */
const maxLoopLines = 50;

/** The TypeScript files that are no tests, relative to the repository. */
function sourceFiles(): readonly string[] {
  const options = ['--cached', '--others', '--exclude-standard', '*.ts'];
  const files = execFileSync('git', ['ls-files', ...options], { cwd: root, encoding: 'utf8' });
  return files
    .split('\n')
    .filter((path) => path !== '' && !path.includes('/test/') && existsSync(join(root, path)));
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

function countLines(text: string): number {
  return text.trimEnd().split('\n').length;
}

test(`no source file has more than ${maxFileLines} lines`, () => {
  const files = sourceFiles();
  expect(files).toContain('packages/core/src/run/run-loop.ts');
  expect(files.filter((path) => countLines(read(path)) > maxFileLines)).toEqual([]);
});

test('the loop of a run fits one screen', () => {
  const loop = /^export function\* runLoop[\s\S]*?^}$/m.exec(
    read('packages/core/src/run/run-loop.ts'),
  );
  expect(loop).not.toBeNull();
  expect(countLines(loop?.[0] ?? '')).toBeLessThanOrEqual(maxLoopLines);
});
