import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cachePath } from '../../setup/cache-folder.ts';
import { fileExists } from '../../setup/file-exists.ts';
import { report } from '../../setup/report.ts';
import { runProgram } from '../../setup/run-program.ts';
import { withLock } from '../../setup/with-lock.ts';
import { peerPackages } from './peers.ts';

/** Where the peers are, with their own Node.js. */
export interface InstalledPeers {
  /** The path of the Node.js that runs them. */
  readonly node: string;
  /** The folder with their programs and packages. */
  readonly folder: string;
}

const programs = fileURLToPath(new URL('../../../peers/', import.meta.url));

/** Installs the peers in the cache, unless these versions are there already. Throws `LaneError`. */
export async function installPeers(): Promise<InstalledPeers> {
  const folder = await cachePath('peers');
  const manifest = `${JSON.stringify({ private: true, type: 'module', dependencies: peerPackages }, null, 2)}\n`;
  const node = join(folder, 'node_modules', 'node', 'bin', 'node');
  const installed = join(folder, 'installed.json');
  if (
    !(await fileExists(node)) ||
    (await readFile(installed, 'utf8').catch(() => '')) !== manifest
  ) {
    await withLock(async () => {
      report('peers: installing from the npm registry');
      await writeFile(join(folder, 'package.json'), manifest);
      await runProgram('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
        cwd: folder,
      });
      await writeFile(installed, manifest);
    });
  }
  for (const name of await readdir(programs))
    await copyFile(join(programs, name), join(folder, name));
  return { node, folder };
}
