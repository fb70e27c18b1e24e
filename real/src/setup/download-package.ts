import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileExists } from './file-exists.ts';
import { LaneError } from './lane-error.ts';
import { runProgram } from './run-program.ts';
import { sha256OfFile, verifySha256 } from './sha256.ts';

/** One file of a package index, fixed by its content. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  /** The name under which pip or npm stores it. */
  readonly file: string;
  readonly sha256: string;
}

/**
 * Downloads a package from PyPI with pip, without its dependencies, and returns the path of the
 * verified file. A file that is there already with the right sha256 is used again.
 * Throws `download_failed` or `checksum_mismatch`.
 */
export function downloadFromPypi(pinned: PinnedPackage, folder: string): Promise<string> {
  const requirement = `${pinned.name}==${pinned.version}`;
  const options = ['--quiet', '--no-deps', '--no-cache-dir', '--disable-pip-version-check'];
  return download(pinned, folder, () =>
    runProgram('python3', ['-m', 'pip', 'download', ...options, '--dest', folder, requirement]),
  );
}

/**
 * Downloads the archive with a package's source from PyPI; the same contract as `downloadFromPypi`. pip would ask the package
 * for its metadata, and some sources need a compiler for that.
 */
export function downloadSourceFromPypi(pinned: PinnedPackage, folder: string): Promise<string> {
  return download(pinned, folder, async () => {
    const { files } = await fetchOk(`https://pypi.org/simple/${pinned.name}/`).then(
      (page) => page.json() as Promise<{ files: { filename: string; url: string }[] }>,
    );
    const found = files.find(({ filename }) => filename === pinned.file);
    if (found === undefined) throw failed(`PyPI has no file "${pinned.file}".`);
    const { body } = await fetchOk(found.url);
    await writeFile(join(folder, pinned.file), body ?? '');
  });
}

async function fetchOk(address: string): Promise<Response> {
  const headers = { accept: 'application/vnd.pypi.simple.v1+json, */*;q=0.1' };
  const response = await fetch(address, { headers }).catch((cause: unknown) => {
    throw failed(`"${address}" could not be reached: ${cause}`);
  });
  if (!response.ok) throw failed(`"${address}" answered with status ${response.status}.`);
  return response;
}

function failed(message: string): LaneError {
  return new LaneError('program_failed', message);
}

/** Downloads a package from the npm registry; the same contract as `downloadFromPypi`. */
export function downloadFromNpm(pinned: PinnedPackage, folder: string): Promise<string> {
  const requirement = `${pinned.name}@${pinned.version}`;
  return download(pinned, folder, () =>
    runProgram('npm', ['pack', '--silent', '--pack-destination', folder, requirement]),
  );
}

async function download(
  { name, version, file, sha256 }: PinnedPackage,
  folder: string,
  run: () => Promise<unknown>,
): Promise<string> {
  const path = join(folder, file);
  if (await hasSha256(path, sha256)) return path;
  try {
    await run();
  } catch (cause) {
    if (!(cause instanceof LaneError) || cause.code !== 'program_failed') throw cause;
    throw new LaneError(
      'download_failed',
      `${name} ${version} could not be downloaded. Check the network and the package index, then run this ` +
        `again; files that are complete are kept.\n${cause.message}`,
      { cause },
    );
  }
  await verifySha256(path, sha256);
  return path;
}

async function hasSha256(path: string, sha256: string): Promise<boolean> {
  return (await fileExists(path)) && (await sha256OfFile(path)) === sha256;
}
