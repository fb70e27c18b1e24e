import { type ErrorCode, TurnwiseError } from '@turnwise/core';

/** The error of a write to a run that another process or a later attempt continues now. */
export function leaseLost(what: string): TurnwiseError {
  return new TurnwiseError(
    'lease_lost',
    `${what} is continued by another process or by a later attempt of this one. Nothing was written.`,
  );
}

/** The error for a run that does not exist. */
export function runUnknown(id: string): TurnwiseError {
  return new TurnwiseError(
    'run_unknown',
    `There is no run with the id ${JSON.stringify(id)} in this store. Start it with start(), or list the runs with list().`,
  );
}

/** The error for a part of a store that cannot be read. */
export function storeDamaged(what: string, options?: ErrorOptions): TurnwiseError {
  return new TurnwiseError(
    'store_damaged',
    `${what} cannot be read, so the run was not continued; nothing was changed. Restore the store from a backup, or start the run again with another id.`,
    options,
  );
}

/** The error of a storage that failed, with the reason of the library. */
export function storeFailed(what: string, cause: unknown): TurnwiseError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code: ErrorCode = 'store_failed';
  return new TurnwiseError(code, `${what}: ${reason}. ${cureFor(reason)}`, { cause });
}

function cureFor(reason: string): string {
  if (/full|disk I\/O|too large/i.test(reason)) {
    return 'Nothing was written. Free some space on the disk, then continue the run.';
  }
  if (/readonly|read-only|unable to open|permission/i.test(reason)) {
    return 'Nothing was written. The program needs permission to write the file and its folder, and the folder must exist.';
  }
  if (/locked|busy/i.test(reason)) {
    return 'Nothing was written. Another program holds the file for a long time; end it, and try again.';
  }
  return 'Nothing was written.';
}
