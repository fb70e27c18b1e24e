import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPacked } from '../packed/check-packed.ts';
import { packPackages } from '../packed/pack-packages.ts';
import { runCommand } from '../packed/run-command.ts';
import { linkPackages } from './link-packages.ts';

/** What the cells need from npm, next to the packed packages. */
const libraries = [
  '@babel/core@^7.28.0',
  '@babel/preset-env@^7.28.0',
  '@babel/preset-typescript@^7.27.0',
  '@jest/globals@^30.5.2',
  '@opentelemetry/api@^1.9.0',
  '@rollup/plugin-commonjs@^28.0.0',
  '@rollup/plugin-json@^6.1.0',
  '@rollup/plugin-node-resolve@^16.0.0',
  '@types/node@^20.19.0',
  'babel-jest@^30.5.2',
  'esbuild@^0.28.2',
  'jest@^30.5.2',
  'rollup@^4.0.0',
  'ts-jest@^29.4.15',
  'typescript@~6.0.3',
  'vitest@^3.2.0',
  // 5.113.0 takes `z.iso.date()` for `z.date()` in every program that imports `z` from zod.
  'webpack@>=5.90.0 <5.113.0 || >5.113.0',
  'webpack-cli@^6.0.1',
  'zod@^4.6.7',
];

/**
 * Packs the packages, and installs them from their tarballs in a new folder, with the tools of the rows: from npm, or with `linked`
 * those of the quick rows from the workspace. Returns the folder.
 */
export async function createProject({ linked }: { readonly linked: boolean }): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'turnwise-matrix-'));
  const tarballs = await packPackages(join(project, 'packed'));
  const problems = tarballs.flatMap(checkPacked);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  if (linked) {
    await linkPackages(project, tarballs);
  } else {
    const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
    await runCommand('npm', [...install, ...tarballs, ...libraries], { folder: project });
  }
  cpSync(join(import.meta.dirname, 'project'), project, { recursive: true });
  return project;
}
