/** A file or folder that cannot be given to the model. The message says why and what would work. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** A name as it is shown to the model: one with line breaks or control characters is quoted, so that it cannot pass for lines of its own. */
export function showName(name: string): string {
  return /\p{Cc}|\u2028|\u2029/u.test(name) ? JSON.stringify(name) : name;
}

/** What an error of the operating system means for the model. */
export function explainSystemError(thrown: unknown, shown: string): FileError {
  const code = (thrown as { code?: unknown } | null)?.code;
  const reason =
    reasons.get(String(code)) ?? `cannot be read (${String(code ?? 'unknown reason')})`;
  return new FileError(`"${shown}" ${reason}.`, { cause: thrown });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'may not be read: permission denied'],
  ['EPERM', 'may not be read: permission denied'],
  ['ELOOP', 'is a link that leads to itself'],
  ['ENAMETOOLONG', 'is too long for a path'],
  ['ENOTDIR', 'is a file, or goes through one, where a folder is needed'],
  ['EISDIR', 'is a folder, not a file'],
  ['ENXIO', 'is no regular file'],
  ['ENODEV', 'is no regular file'],
  ['EMFILE', 'cannot be read now: too many files are open. Try again'],
  ['EINVAL', 'is no path that this system knows'],
  ['ERR_INVALID_ARG_VALUE', 'is no path that this system knows'],
]);
