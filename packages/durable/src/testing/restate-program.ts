import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { TurnwiseError } from '@turnwise/core';

const serverPackage = '@restatedev/restate-server';
const version = '1.7.12';

/**
 * The path of the program of Restate's server for this platform: of the project in the folder `from`, or else of a cache folder, into
 * which the first call installs it. Returns `undefined` if the package has none for this platform. Throws `invalid_options` if it cannot be installed.
 */
export function restateProgram(from: string): string | undefined {
  const wrapper = findPackage(serverPackage, join(from, 'package.json')) ?? installedWrapper();
  const platform = `${serverPackage}-${process.platform}-${process.arch}`;
  const found = findPackage(platform, wrapper);
  // `.bin/restate-server` is a wrapper, and ending that does not end the server.
  return found === undefined ? undefined : join(dirname(found), 'bin', 'restate-server');
}

function installedWrapper(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const folder = join(cache, 'turnwise', `restate-${version}`);
  const found = () => findPackage(serverPackage, join(folder, 'package.json'));
  const before = found();
  if (before !== undefined) return before;
  process.stderr.write(`Installs ${serverPackage} ${version} (216 MB) into ${folder}.\n`);
  mkdirSync(folder, { recursive: true });
  const options = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
  const command = ['install', '--prefix', folder, ...options, `${serverPackage}@${version}`];
  try {
    execFileSync('npm', command, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    const reason = `${serverPackage} could not be installed into "${folder}".`;
    throw new TurnwiseError(
      'invalid_options',
      `${reason} Install it in your project: npm install --save-dev ${serverPackage}`,
      {
        cause,
      },
    );
  }
  const after = found();
  if (after === undefined)
    throw new TurnwiseError('invalid_options', `npm installed no ${serverPackage} in "${folder}".`);
  return after;
}

/** The path of the `package.json` of a package that the given file can import. */
function findPackage(name: string, file: string): string | undefined {
  try {
    return nodeModule.createRequire(file).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
