import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { inPartOrder, joinParts } from '../../src/weights/join-parts.ts';
import { modelNames, weights } from '../../src/weights/weights.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => {
  folder = await temporaryFolder();
});
afterEach(() => folder.remove());

async function writeParts(...texts: string[]): Promise<string[]> {
  const files = texts.map((_, index) => join(folder.path, `part${index + 1}.bin`));
  for (const [index, file] of files.entries()) await writeFile(file, texts[index] ?? '');
  return files;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

describe('the parts of a model', () => {
  test('are ordered by number, not by letter', () => {
    const files = [
      'm10/data/part10.bin',
      'm1/data/part01.bin',
      'm22/data/part22.bin',
      'm2/data/part2.bin',
    ];
    expect(inPartOrder(files)).toEqual([files[1], files[3], files[0], files[2]]);
    expect(inPartOrder(['a.gguf.part03', 'a.gguf.part00', 'a.gguf.part01'])).toEqual([
      'a.gguf.part00',
      'a.gguf.part01',
      'a.gguf.part03',
    ]);
  });

  test('are joined to the file that the sum names', async () => {
    const target = join(folder.path, 'whole');
    await joinParts(await writeParts('Tur', 'nwi', 'se'), target, sha256('Turnwise'));
    expect(await readFile(target, 'utf8')).toBe('Turnwise');
  });

  test('leave no file if the sum of the whole is another one', async () => {
    const parts = await writeParts('Tur', 'nwi', 'se');
    const target = join(folder.path, 'whole');
    await expect(joinParts(parts.toReversed(), target, sha256('Turnwise'))).rejects.toMatchObject({
      code: 'checksum_mismatch',
    });
    expect(await readdir(folder.path)).toEqual(['part1.bin', 'part2.bin', 'part3.bin']);
  });

  test.each(modelNames)('of %s are pinned by a sum each, without repetition', (name) => {
    const sums = weights[name].packages.map((pinned) => pinned.sha256);
    expect(new Set(sums).size).toBe(sums.length);
    expect(sums.every((sum) => /^[0-9a-f]{64}$/.test(sum))).toBe(true);
  });
});
