import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { LaneError } from './lane-error.ts';

/** The sha256 of a file in lower-case hexadecimal. */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
}

/** Deletes the file and throws `checksum_mismatch` if its sha256 is not the expected one. */
export async function verifySha256(file: string, expected: string): Promise<void> {
  const actual = await sha256OfFile(file);
  if (actual === expected) return;
  await rm(file, { force: true });
  throw new LaneError(
    'checksum_mismatch',
    `"${basename(file)}" has the sha256 ${actual}, but ${expected} was expected. The file was deleted; ` +
      'run this again. If the same sum comes back, the package index serves other content: do not use it.',
  );
}
