/** A file or folder cannot be read. The message explains why, and what the model can do instead. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** A name as the model sees it. A name with line breaks or control characters is quoted, so that it cannot look like other lines. */
export function showName(name: string): string {
  return /\p{Cc}|\u2028|\u2029/u.test(name) ? JSON.stringify(name) : name;
}

/** Explains an error of the operating system to the model. */
export function explainSystemError(thrown: unknown, shown: string): FileError {
  const code = (thrown as { code?: unknown } | null)?.code;
  const reason =
    reasons.get(String(code)) ?? `cannot be read (${String(code ?? 'unknown reason')})`;
  return new FileError(`"${shown}" ${reason}.`, { cause: thrown });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'does not exist'],
  ['EACCES', 'cannot be read: permission denied'],
  ['EPERM', 'cannot be read: permission denied'],
  ['ELOOP', 'is a link to itself'],
  ['ENAMETOOLONG', 'is too long for a path'],
  ['ENOTDIR', 'is not a folder, or one of its parent folders is a file'],
  ['EISDIR', 'is a folder, not a file'],
  ['ENXIO', 'is not a regular file'],
  ['ENODEV', 'is not a regular file'],
  ['EMFILE', 'cannot be read now: too many files are open. Try again'],
  ['EINVAL', 'is not a valid path on this system'],
  ['ERR_INVALID_ARG_VALUE', 'is not a valid path on this system'],
]);
