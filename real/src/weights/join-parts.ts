import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { verifySha256 } from '../setup/sha256.ts';

/** Sorts part files by the number at the end of their names: part 2 comes before part 10. */
export function inPartOrder(files: readonly string[]): string[] {
  return files.toSorted((one, other) => partNumber(one) - partNumber(other));
}

/**
 * Joins files to `target`, which appears only if the whole has the expected sha256.
 * Throws `checksum_mismatch`.
 */
export async function joinParts(
  parts: readonly string[],
  target: string,
  sha256: string,
): Promise<void> {
  const partial = `${target}.partial`;
  await pipeline(readOneAfterAnother(parts), createWriteStream(partial));
  await verifySha256(partial, sha256);
  await rename(partial, target);
}

async function* readOneAfterAnother(files: readonly string[]) {
  for (const file of files) yield* createReadStream(file);
}

function partNumber(file: string): number {
  return Number(/(\d+)(?:\.bin)?$/.exec(file)?.[1] ?? Number.NaN);
}
