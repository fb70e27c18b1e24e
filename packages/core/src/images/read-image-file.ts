import type { FileHandle } from 'node:fs/promises';
import { TurnwiseError, toError } from '../errors.ts';
import { nodeFs } from '../node-fs.ts';
import { tooManyBytes } from './too-many-bytes.ts';

/**
 * The bytes of a file. Throws `invalid_image` if the file does not exist, if the path is not a file, or if it is larger than
 * `maxBytes`; then it is not read.
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
    throw new TurnwiseError('invalid_image', `${name} is ${what}. Pass the path of a file.`);
  }
  if (stats.size > maxBytes) throw tooManyBytes(name, stats.size, maxBytes);
  return await readUpTo(file, maxBytes, name);
}

async function openFile(path: string | URL, name: string): Promise<FileHandle> {
  try {
    // Without O_NONBLOCK, opening a pipe waits until another process opens it for writing.
    const { constants, open } = nodeFs();
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

const pathHint = 'Pass an existing path, bytes, or a URL that begins with data: or https:.';

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', `does not exist. ${pathHint}`],
  ['ENOTDIR', `does not exist. ${pathHint}`],
  ['ENAMETOOLONG', `has a path that is too long. ${pathHint}`],
  ['ERR_INVALID_ARG_VALUE', `has a path that is not valid. ${pathHint}`],
  ['EACCES', 'may not be read by this process.'],
  ['EPERM', 'may not be read by this process.'],
  ['EISDIR', 'is a folder. Pass the path of a file.'],
]);

/** Reads with a limit: a file can grow while it is read, and some files in /proc have the size 0. */
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
