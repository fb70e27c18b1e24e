import { mkdir, statfs } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { LaneError } from './lane-error.ts';
import { toMegabytes } from './report.ts';

/**
 * The absolute path of the folder that holds weights and servers: `TURNWISE_REAL_CACHE`, or
 * `turnwise-real` in the user's cache folder. It is never inside the repository.
 */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const named = environment.TURNWISE_REAL_CACHE;
  if (named !== undefined && named !== '') return resolve(named);
  return join(resolve(environment.XDG_CACHE_HOME || join(homedir(), '.cache')), 'turnwise-real');
}

/** The path of a folder in the cache, which is created if it is missing. */
export async function cachePath(...names: string[]): Promise<string> {
  const path = join(cacheFolder(), ...names);
  await mkdir(path, { recursive: true });
  return path;
}

/** Throws `disk_full` if the cache's disk has less free space than `bytes`, before a long download starts. */
export async function assertFreeSpace(bytes: number, purpose: string): Promise<void> {
  const folder = await cachePath();
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new LaneError(
    'disk_full',
    `${purpose} needs ${toMegabytes(bytes)} of free space, but "${folder}" has ${toMegabytes(free)}. ` +
      'Free some space, or set TURNWISE_REAL_CACHE to a folder on a larger disk.',
  );
}
