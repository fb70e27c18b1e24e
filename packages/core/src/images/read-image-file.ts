import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { TurnwiseError, toError } from '../errors.ts';
import { tooManyBytes } from './too-many-bytes.ts';

/**
 * The bytes of a file. Throws `invalid_image` where there is no such file, it is none, or it is larger than `maxBytes`; of a
 * larger file nothing is read.
 */
export async function readImageFile(
  path: string | URL,
  { name, maxBytes }: { readonly name: string; readonly maxBytes: number },
): Promise<Uint8Array> {
  const file = await openFile(path, name);
  try {
    return await readOpened(file, name, maxBytes);
  } catch (thrown) {
    throw thrown instanceof TurnwiseError ? thrown : explain(thrown, name);
  } finally {
    await file.close();
  }
}

async function readOpened(file: FileHandle, name: string, maxBytes: number): Promise<Uint8Array> {
  const stats = await file.stat();
  if (!stats.isFile()) {
    const what = stats.isDirectory() ? 'a folder' : 'a device or pipe';
    throw new TurnwiseError('invalid_image', `${name} is ${what}; pass the path of a file.`);
  }
  if (stats.size > maxBytes) throw tooManyBytes(name, stats.size, maxBytes);
  return await readUpTo(file, maxBytes, name);
}

async function openFile(path: string | URL, name: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe waits for whoever writes to it.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (thrown) {
    throw explain(thrown, name);
  }
}

function explain(thrown: unknown, name: string): TurnwiseError {
  const { code } = Object(thrown) as NodeJS.ErrnoException;
  const reason = reasons.get(code ?? '') ?? `cannot be read: ${toError(thrown).message}`;
  return new TurnwiseError('invalid_image', `${name} ${reason}`, { cause: thrown });
}

const pathCure = 'pass an existing path, bytes, or a URL that begins with data: or https:.';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', `does not exist; ${pathCure}`],
  ['ENOTDIR', `does not exist; ${pathCure}`],
  ['ENAMETOOLONG', `has a path longer than any file; ${pathCure}`],
  ['ERR_INVALID_ARG_VALUE', `has a path that cannot be; ${pathCure}`],
  ['EACCES', 'may not be read by this process.'],
  ['EPERM', 'may not be read by this process.'],
  ['EISDIR', 'is a folder; pass the path of a file.'],
]);

/** A file can grow while it is read, and some of the system's say that they are empty. */
async function readUpTo(file: FileHandle, maxBytes: number, name: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of file.createReadStream({ end: maxBytes, autoClose: false })) {
    length += piece.length;
    pieces.push(piece);
  }
  if (length > maxBytes) throw tooManyBytes(name, length, maxBytes);
  return Buffer.concat(pieces);
}
