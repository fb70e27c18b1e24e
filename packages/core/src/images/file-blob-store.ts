import { join } from 'node:path';
import { TurnwiseError } from '../errors.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { nodeFs } from '../node-fs.ts';
import type { BlobStore } from '../turns/blob-store.ts';

/**
 * A blob store with one file for each image, in a folder that it creates. A file is complete and on the disk before the effect
 * that needs it ends. Several processes may use the folder. Nothing is ever deleted.
 *
 * @example
 * const agent = new Agent({ name: 'guide', model, blobs: fileBlobStore('images') });
 */
export function fileBlobStore(folder: string): BlobStore {
  if (typeof folder !== 'string' || folder === '') {
    const message = "fileBlobStore() needs the path of a folder: fileBlobStore('images').";
    throw new TurnwiseError('invalid_options', message);
  }
  return {
    put: async (sha256, bytes) => {
      const file = fileOf(folder, sha256);
      if ((await readIfExists(file)) !== undefined) return;
      await nodeFs().mkdir(folder, { recursive: true });
      await writeWhole(file, bytes);
    },
    get: async (sha256) => await readIfExists(fileOf(folder, sha256)),
  };
}

/** A saved state may contain any text as a hash, such as a path. */
function fileOf(folder: string, sha256: string): string {
  if (/^[0-9a-f]{64}$/.test(sha256)) return join(folder, sha256);
  throw new TurnwiseError('invalid_image', `"${sha256}" is not the hex SHA-256 of an image.`);
}

/** Another process sees the file only when it is complete. */
async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const draft = `${file}.${nodeCrypto().randomUUID()}`;
  try {
    const handle = await nodeFs().open(draft, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await nodeFs().rename(draft, file);
  } catch (thrown) {
    await nodeFs().rm(draft, { force: true });
    throw thrown;
  }
}

async function readIfExists(file: string): Promise<Uint8Array | undefined> {
  try {
    return await nodeFs().readFile(file);
  } catch (thrown) {
    if (Reflect.get(Object(thrown), 'code') === 'ENOENT') return undefined;
    throw thrown;
  }
}
