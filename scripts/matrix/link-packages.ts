import { mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { publicPackages, root } from '../packed/pack-packages.ts';
import { runCommand } from '../packed/run-command.ts';

/** The tools of the quick rows, and the package of the workspace that has them. */
const tools: Readonly<Record<string, string>> = {
  '@jest/globals': '.',
  '@opentelemetry/api': 'packages/core',
  '@types/node': '.',
  esbuild: 'packages/core',
  jest: '.',
  'ts-jest': '.',
  typescript: '.',
  zod: 'packages/core',
};

const programs: Readonly<Record<string, string>> = {
  esbuild: 'esbuild/bin/esbuild',
  tsc: 'typescript/bin/tsc',
};

/**
 * Unpacks the packages in `project`, and links their dependencies and the tools of the quick rows from the workspace. That takes a
 * few seconds; npm needs a minute for the tools of all rows.
 */
export async function linkPackages(project: string, tarballs: readonly string[]): Promise<void> {
  const modules = join(project, 'node_modules');
  for (const { name, folder } of publicPackages()) {
    const target = join(modules, name);
    mkdirSync(target, { recursive: true });
    // `@turnwise/core` is packed as turnwise-core-0.0.0.tgz.
    const start = `${name.replace('@', '').replace('/', '-')}-`;
    const tarball = tarballs.find((path) => path.includes(`/${start}`)) ?? '';
    await runCommand('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], {
      folder: project,
    });
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const dependencies = { ...manifest.dependencies, ...manifest.optionalDependencies };
    for (const dependency of Object.keys(dependencies)) {
      if (!dependency.startsWith('@turnwise/')) link(modules, dependency, folder);
    }
  }
  for (const [tool, place] of Object.entries(tools)) link(modules, tool, join(root, place));
  mkdirSync(join(modules, '.bin'));
  for (const [program, file] of Object.entries(programs)) {
    symlinkSync(join(modules, file), join(modules, '.bin', program));
  }
}

function link(modules: string, name: string, owner: string): void {
  const target = join(modules, name);
  mkdirSync(dirname(target), { recursive: true });
  const source = realpathSync(join(owner, 'node_modules', name));
  try {
    symlinkSync(source, target);
  } catch (error) {
    // Two packages may have the same dependency.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
}
