import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from './run-command.ts';

/** The folder of the repository. */
export const root = join(import.meta.dirname, '../..');

/** A package of the workspace. */
export interface PublicPackage {
  readonly name: string;
  readonly folder: string;
}

/** The packages that are published: all in `packages/` that are not private. */
export function publicPackages(): readonly PublicPackage[] {
  return readdirSync(join(root, 'packages')).flatMap((entry) => {
    const folder = join(root, 'packages', entry);
    if (!existsSync(join(folder, 'package.json'))) return [];
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return manifest.private === true ? [] : [{ name: manifest.name, folder }];
  });
}

/** Builds the packages and packs each into `target`, which is emptied first. Returns the paths of the tarballs. */
export async function packPackages(target: string): Promise<readonly string[]> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const build = [compiler, '-b', 'tsconfig.build.json'];
  await runCommand(process.execPath, build, { folder: root });
  await runCommand(process.execPath, ['packages/core/bundle.js'], { folder: root });
  const pack = ['-y', 'pnpm@12', 'pack', '--pack-destination', target];
  await Promise.all(publicPackages().map(({ folder }) => runCommand('npx', pack, { folder })));
  return readdirSync(target)
    .sort()
    .map((file) => join(target, file));
}
