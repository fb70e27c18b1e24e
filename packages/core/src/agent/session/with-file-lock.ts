import { setTimeout as sleep } from 'node:timers/promises';
import { TurnwiseError } from '../../errors.ts';
import { nodeFs } from '../../node-fs.ts';

/** The locks that this process holds. */
const held = new Set<string>();

/** Attempts to take a lock, and milliseconds between them. A change takes a few milliseconds. */
const attempts = 200;
const pauseMs = 10;

/**
 * Runs `action` while this process holds the lock file, which contains its process id. A lock of a process that has ended is
 * removed. Throws `session_busy` if another process holds the lock for two seconds.
 */
export async function withFileLock<Result>(
  file: string,
  action: () => Promise<Result>,
): Promise<Result> {
  await takeLock(file);
  try {
    return await action();
  } finally {
    await nodeFs().rm(file, { force: true });
    held.delete(file);
  }
}

async function takeLock(file: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    // A change of this process that waits here never takes the lock of another one of this process for an abandoned one.
    if (!held.has(file)) {
      held.add(file);
      if (await createLock(file)) return;
      held.delete(file);
    }
    await sleep(pauseMs);
  }
  throw new TurnwiseError(
    'session_busy',
    `Another process is writing the session: "${file}" exists. Try again; if that process has ended, delete the file.`,
  );
}

/** Whether the lock file could be created. Removes one that an ended process left. */
async function createLock(file: string): Promise<boolean> {
  try {
    await nodeFs().writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (thrown) {
    if (Reflect.get(Object(thrown), 'code') !== 'EEXIST') {
      held.delete(file);
      throw thrown;
    }
  }
  if (await isAbandoned(file)) await nodeFs().rm(file, { force: true });
  return false;
}

async function isAbandoned(file: string): Promise<boolean> {
  const owner = Number(
    await nodeFs()
      .readFile(file, 'utf8')
      .catch(() => ''),
  );
  if (!Number.isInteger(owner) || owner <= 0) return false;
  // In containers, a process often has the id that the ended process had.
  if (owner === process.pid) return true;
  try {
    // Signal 0 only checks whether the process exists.
    process.kill(owner, 0);
    return false;
  } catch (thrown) {
    return Reflect.get(Object(thrown), 'code') === 'ESRCH';
  }
}
