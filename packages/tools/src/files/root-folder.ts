import { constants, realpathSync, statSync } from 'node:fs';
import { type FileHandle, lstat, open, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize, relative, sep } from 'node:path';
import { TurnwiseError } from '@turnwise/core';
import { explainSystemError, FileError, showName } from './file-error.ts';

/** One name in a folder. A listing does not follow links. */
export interface FolderEntry {
  readonly name: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
}

/** An open file that is inside the root. */
export interface OpenedFile {
  readonly handle: FileHandle;
  /** Path relative to the root, as the model sees it. */
  readonly path: string;
  /** Size in bytes when it was opened. */
  readonly size: number;
}

/**
 * A folder that can be read, while everything outside cannot. A path is opened first; then its handle is asked for the
 * real location. So a link that is created between check and use has no effect.
 * Hard links to files outside cannot be detected: they are ordinary files.
 */
export class RootFolder {
  readonly #root: string;

  /** Throws `invalid_options` if `root` is not an existing folder. If the root is a link, it is followed once, here. */
  constructor(root: string) {
    this.#root = findRoot(root);
  }

  /**
   * Opens a regular file, calls `use` and closes the file. Throws `FileError` if the path is outside the root, missing,
   * a folder, a device, a pipe or a socket, without waiting for any of them.
   */
  async withFile<Result>(
    path: string,
    use: (file: OpenedFile) => Promise<Result>,
  ): Promise<Result> {
    const inner = readPath(path);
    const handle = await this.#open(inner, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const status = await handle.stat();
      if (status.isDirectory()) {
        throw new FileError(`"${showPath(inner)}" is a folder, not a file: list it instead.`);
      }
      if (!status.isFile()) throw notRegularFile(inner);
      return await use({ handle, path: showPath(inner), size: status.size });
    } finally {
      await handle.close();
    }
  }

  /** The sorted names in a folder. Throws `FileError` if the path is outside the root, missing or not a folder. */
  async listFolder(path: string): Promise<readonly FolderEntry[]> {
    const inner = readPath(path);
    if (process.platform !== 'linux') return await this.#listByPath(inner);
    const handle = await this.#open(inner, constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      return await readEntries(`/proc/self/fd/${handle.fd}`);
    } catch (thrown) {
      throw explainSystemError(thrown, showPath(inner));
    } finally {
      await handle.close();
    }
  }

  /** The kind of a path inside the root, after following links; `undefined` if it is missing or outside. */
  async findKind(path: string): Promise<'file' | 'folder' | 'other' | undefined> {
    try {
      const location = await this.#locate(readPath(path));
      const status = await stat(location);
      if (status.isDirectory()) return 'folder';
      return status.isFile() ? 'file' : 'other';
    } catch {
      return undefined;
    }
  }

  async #listByPath(inner: string): Promise<readonly FolderEntry[]> {
    try {
      const before = await this.#locate(inner);
      const entries = await readEntries(before);
      if ((await this.#locate(inner)) !== before) throw outside(inner);
      return entries;
    } catch (thrown) {
      throw thrown instanceof FileError ? thrown : explainSystemError(thrown, showPath(inner));
    }
  }

  async #open(inner: string, flags: number): Promise<FileHandle> {
    try {
      const location = await this.#locate(inner);
      // Opening a device can have side effects. If the path is replaced after this check, the check of the handle fails.
      const status = await stat(location);
      if (!status.isFile() && !status.isDirectory()) throw notRegularFile(inner);
      const handle = await open(location, flags);
      if (await this.#holdsHandle(handle, location).catch(() => false)) return handle;
      await handle.close();
      throw outside(inner);
    } catch (thrown) {
      throw thrown instanceof FileError ? thrown : explainSystemError(thrown, showPath(inner));
    }
  }

  /** The real path, if it is inside the root. A missing name after a link to the outside counts as outside, not as missing. */
  async #locate(inner: string): Promise<string> {
    const path = join(this.#root, inner);
    try {
      const location = await realpath(path);
      if (!this.#holds(location)) throw outside(inner);
      return location;
    } catch (thrown) {
      if ((thrown as { code?: unknown }).code === 'ENOENT') await this.#checkMissing(inner);
      throw thrown;
    }
  }

  async #checkMissing(inner: string): Promise<void> {
    for (let folder = dirname(inner); folder !== '.'; folder = dirname(folder)) {
      const location = await realpath(join(this.#root, folder)).catch(() => undefined);
      if (location === undefined) continue;
      if (!this.#holds(location)) throw outside(inner);
      return;
    }
  }

  /** Linux reports the path of an open handle. On other systems the path is resolved again and must be the same file. */
  async #holdsHandle(handle: FileHandle, location: string): Promise<boolean> {
    if (process.platform === 'linux') {
      return this.#holds(await readlink(`/proc/self/fd/${handle.fd}`));
    }
    const opened = await handle.stat({ bigint: true });
    const again = await realpath(location);
    const found = await lstat(again, { bigint: true });
    return this.#holds(again) && found.ino === opened.ino && found.dev === opened.dev;
  }

  #holds(location: string): boolean {
    const path = relative(this.#root, location);
    return path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
  }
}

function findRoot(root: string): string {
  if (typeof root !== 'string' || root === '') {
    throw new TurnwiseError(
      'invalid_options',
      'files() needs the option `root`: the folder to read.',
    );
  }
  try {
    const location = realpathSync(root);
    if (statSync(location).isDirectory()) return location;
  } catch (cause) {
    throw new TurnwiseError('invalid_options', `The root "${root}" of files() cannot be opened.`, {
      cause,
    });
  }
  throw new TurnwiseError('invalid_options', `The root "${root}" of files() is not a folder.`);
}

const maxPathChars = 4096;

/** The path relative to the root. Percent signs, and backslashes on POSIX, are ordinary characters of names. */
function readPath(path: string): string {
  if (path.includes('\0')) throw new FileError('A path cannot contain a NUL character.');
  if (path.length > maxPathChars) {
    throw new FileError(
      `The path is too long: ${path.length} characters, at most ${maxPathChars}.`,
    );
  }
  if (isAbsolute(path) || (process.platform === 'win32' && /^[a-z]:/i.test(path))) {
    const inner = path.replace(/^(?:[a-z]:)?[\\/]+/i, '') || '.';
    throw new FileError(
      `"${showName(path)}" is an absolute path. Paths are relative to the root folder: use "${showName(inner)}".`,
    );
  }
  const inner = normalize(path === '' ? '.' : path).replace(/(?<=.)[/]+$/, '');
  if (inner === '..' || inner.startsWith(`..${sep}`)) throw outside(path);
  return inner;
}

async function readEntries(location: string): Promise<readonly FolderEntry[]> {
  const entries = await readdir(location, { withFileTypes: true });
  return entries
    .map((entry): FolderEntry => {
      if (entry.isFile()) return { name: entry.name, kind: 'file' };
      if (entry.isDirectory()) return { name: entry.name, kind: 'folder' };
      return { name: entry.name, kind: entry.isSymbolicLink() ? 'link' : 'other' };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

const showPath = (inner: string): string => showName(inner.replaceAll(sep, '/'));

function outside(path: string): FileError {
  return new FileError(
    `"${showName(path)}" is outside the root folder. Only files inside can be read; list_files shows them.`,
  );
}

function notRegularFile(inner: string): FileError {
  return new FileError(`"${showPath(inner)}" is not a regular file (a device, pipe or socket).`);
}
