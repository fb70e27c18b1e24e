import { FileError } from './file-error.ts';
import { findNearestNames } from './nearest-names.ts';
import { type FileText, readText } from './read-text.ts';
import type { OpenedFile, RootFolder } from './root-folder.ts';

/** What the file tools share: the folder that they read, and their limits. */
export interface FileAccess {
  readonly root: RootFolder;
  /** The maximum number of bytes that are read of one file. */
  readonly maxFileBytes: number;
  /** Names that listings and searches skip. */
  readonly ignore: ReadonlySet<string>;
}

/** Opens a file and reads its text. If the file is missing, the error lists the nearest existing names. */
export async function openText(
  access: FileAccess,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly file: OpenedFile; readonly content: FileText }> {
  return await suggestNames(access, path, signal, () =>
    access.root.withFile(path, async (file) => ({
      file,
      content: await readText(file, { maxBytes: access.maxFileBytes, signal }),
    })),
  );
}

/** Runs `action`. If its path is missing, the error lists the nearest existing names. */
export async function suggestNames<Result>(
  access: FileAccess,
  path: string,
  signal: AbortSignal,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    const names = await findNearestNames(access.root, path, { ignore: access.ignore, signal });
    const hint =
      names.length === 0
        ? 'Call list_files to see what exists.'
        : `Nearest existing: ${names.map((name) => JSON.stringify(name)).join(', ')}.`;
    throw new FileError(`${thrown.message} ${hint}`, { cause: thrown.cause });
  }
}

function isMissing(thrown: unknown): thrown is FileError {
  return (
    thrown instanceof FileError && (thrown.cause as { code?: unknown } | null)?.code === 'ENOENT'
  );
}
