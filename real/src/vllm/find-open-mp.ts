import { join } from 'node:path';
import { fileExists } from '../setup/file-exists.ts';
import { LaneError } from '../setup/lane-error.ts';

/** The path of Intel's OpenMP library, which vLLM for CPUs needs in LD_PRELOAD. Throws `server_failed` if it is missing. */
export async function findOpenMp(environment: string): Promise<string> {
  const file = join(environment, 'lib', 'libiomp5.so');
  if (await fileExists(file)) return file;
  throw new LaneError(
    'server_failed',
    `"${file}" is missing. Delete "${environment}" and run this again.`,
  );
}
