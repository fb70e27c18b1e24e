import { FileError } from './file-error.ts';
import { findNearestNames } from './nearest-names.ts';
import { type FileText, readText } from './read-text.ts';
import type { OpenedFile, RootFolder } from './root-folder.ts';

/** What the file tools share: the folder they may read and how much of it. */
export interface FileAccess {
  readonly root: RootFolder;
  /** Bytes of a file that are read at most. */
  readonly maxFileBytes: number;
  /** Names that listings and searches pass over. */
  readonly ignore: ReadonlySet<string>;
}

/** Opens a file and reads its text; a missing one is answered with the names it most likely stood for. */
export async function openText(
  access: FileAccess,
  path: string,
  signal: AbortSignal,
): Promise<{ readonly file: OpenedFile; readonly content: FileText }> {
  return await suggestNames(access, path, signal, () =>
    access.root.withFile(path, async (file) => ({
      file,
      content: await readText(file, access.maxFileBytes),
    })),
  );
}

/** Runs `action`; if its path is missing, the error also names the nearest existing ones. */
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
    const cure =
      names.length === 0
        ? 'list_files shows what is there.'
        : `Nearest existing: ${names.map((name) => JSON.stringify(name)).join(', ')}.`;
    throw new FileError(`${thrown.message} ${cure}`, { cause: thrown.cause });
  }
}

function isMissing(thrown: unknown): thrown is FileError {
  return (
    thrown instanceof FileError && (thrown.cause as { code?: unknown } | null)?.code === 'ENOENT'
  );
}
