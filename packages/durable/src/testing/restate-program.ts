import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { TurnwiseError } from '@turnwise/core';

const serverPackage = '@restatedev/restate-server';
const version = '1.7.12';

/** The package with the program of this platform. */
const platformPackage = `${serverPackage}-${process.platform}-${process.arch}`;

/**
 * The path of the program of Restate's server for this platform: of the project in the folder `from`, or else of a cache folder, into
 * which the first call installs it. Returns `undefined` if the package has none for this platform. Throws `invalid_options` if it cannot be installed.
 */
export function restateProgram(from: string): string | undefined {
  const wrapper = findPackage(serverPackage, join(from, 'package.json'));
  const platform =
    wrapper === undefined
      ? join(installedPackages(), platformPackage)
      : dirname(findPackage(platformPackage, wrapper) ?? '');
  // `.bin/restate-server` is a wrapper, and ending that does not end the server.
  const program = join(platform, 'bin', 'restate-server');
  return existsSync(program) ? program : undefined;
}

/** The folder `node_modules` of the cache folder, with the server. */
function installedPackages(): string {
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'turnwise');
  const folder = join(cache, `restate-${version}`);
  const packages = join(folder, 'node_modules');
  if (existsSync(join(packages, serverPackage))) return packages;
  process.stderr.write(`Installs ${serverPackage} ${version} (216 MB) into ${folder}.\n`);
  try {
    mkdirSync(cache, { recursive: true });
    // Several processes may install at once: each has its own folder, and the first that is complete gets the name.
    const own = mkdtempSync(join(cache, 'installing-'));
    const options = ['--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'];
    const command = ['install', '--prefix', own, ...options, `${serverPackage}@${version}`];
    execFileSync('npm', command, { cwd: own, stdio: ['ignore', 'ignore', 'pipe'] });
    takeName(own, folder);
    return packages;
  } catch (cause) {
    throw new TurnwiseError(
      'invalid_options',
      `${serverPackage} could not be installed into "${folder}". Install it in your project: npm install --save-dev ${serverPackage}`,
      { cause },
    );
  }
}

function takeName(own: string, folder: string): void {
  try {
    renameSync(own, folder);
  } catch (thrown) {
    rmSync(own, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(folder)) throw thrown;
  }
}

/** The path of the `package.json` of a package that the given file can import. */
function findPackage(name: string, file: string): string | undefined {
  try {
    return nodeModule.createRequire(file).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
