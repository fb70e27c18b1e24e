import { cpSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

const root = join(import.meta.dirname, '../..');

/** What the cells need from npm, next to the packed packages. */
const libraries = [
  '@babel/core@^7.28.0',
  '@babel/preset-env@^7.28.0',
  '@babel/preset-typescript@^7.27.0',
  '@jest/globals@^30.5.2',
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
  'webpack@^5.90.0',
  'webpack-cli@^6.0.1',
  'zod@^4.6.7',
];

/**
 * Builds and packs the packages, and installs them from their tarballs in a new folder, with the tools of the cells and the given
 * versions of Node. Returns the folder.
 */
export async function createProject(versions: readonly string[]): Promise<string> {
  const project = mkdtempSync(join(tmpdir(), 'turnwise-matrix-'));
  const node = process.execPath;
  await build();
  mkdirSync(join(project, 'packed'));
  for (const name of ['core', 'tools', 'local']) {
    const target = ['pack', '--pack-destination', join(project, 'packed')];
    await runCommand('npx', ['-y', 'pnpm@12', ...target], join(root, 'packages', name));
  }
  const packed = readdirSync(join(project, 'packed')).map((file) => `./packed/${file}`);
  // `node` is a package whose program is of the version of the package.
  const nodes = versions.map((version) => `node-${version}@npm:node@${version}`);
  writeFileSync(join(project, 'package.json'), '{ "private": true }');
  const install = ['install', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', [...install, ...packed, ...libraries, ...nodes], project);
  cpSync(join(import.meta.dirname, 'project'), project, { recursive: true });
  return project;

  async function build(): Promise<void> {
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    await runCommand(node, [compiler, '-b', 'tsconfig.build.json', '--noCheck'], root);
    await runCommand(node, ['packages/core/bundle.js'], root);
  }
}
