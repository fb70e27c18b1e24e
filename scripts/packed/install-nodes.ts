import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './pack-packages.ts';
import { runCommand } from './run-command.ts';

/** A Node of a version. */
export interface InstalledNode {
  readonly version: string;
  /** The path of the program. */
  readonly program: string;
}

/**
 * Versions of Node such as `22` or `20.19.0`, from npm's package `node`. They are kept in `node_modules/.cache`; `this` is the
 * Node of this process.
 */
export async function installNodes(versions: readonly string[]): Promise<readonly InstalledNode[]> {
  const nodes: InstalledNode[] = [];
  for (const version of versions) nodes.push(await installNode(version));
  return nodes;
}

async function installNode(version: string): Promise<InstalledNode> {
  if (version === 'this') return { version: process.version, program: process.execPath };
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const program = join(folder, 'node_modules/node/bin/node');
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{ "private": true }');
    const install = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${version}`];
    await runCommand('npm', install, { folder });
  }
  const exact = await runCommand(program, ['--version'], { folder });
  return { version: exact.trim(), program };
}

/** The variables with which npm and the scripts of a project use this Node. */
export function variablesOf({ program }: InstalledNode): Readonly<Record<string, string>> {
  return { PATH: `${join(program, '..')}${delimiter}${process.env.PATH}` };
}
