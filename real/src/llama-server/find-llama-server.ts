import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { buildLlamaServer } from './build-llama-server.ts';

/** The path of a `llama-server`: the one on PATH, else the one in the cache, which is built if it is missing. */
export async function findLlamaServer(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'llama-server');
    if (folder !== '' && (await isExecutable(file))) return file;
  }
  return buildLlamaServer();
}

function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
