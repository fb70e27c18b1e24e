import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath } from './cache-folder.ts';
import { isRunning } from './is-running.ts';
import { LaneError } from './lane-error.ts';

/**
 * Runs `action` while no other process prepares the same cache. Throws `locked` if one does. A lock
 * of a process that has ended is taken over.
 */
export async function withLock<Result>(action: () => Promise<Result>): Promise<Result> {
  const file = join(await cachePath(), 'lock');
  await takeLock(file);
  try {
    return await action();
  } finally {
    await rm(file, { force: true });
  }
}

async function takeLock(file: string): Promise<void> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
  } catch (cause) {
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (owner > 0 && isRunning(owner)) {
      throw new LaneError(
        'locked',
        `Process ${owner} is preparing "${file.replace(/lock$/, '')}". Wait until it has ended, then run this again.`,
        { cause },
      );
    }
    await rm(file, { force: true });
    await writeFile(file, String(process.pid), { flag: 'wx' });
  }
}
