import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cachePath } from '../setup/cache-folder.ts';
import { LaneError } from '../setup/lane-error.ts';
import type { ModelName } from '../weights/weights.ts';
import { fetchGemmaTokenizer } from './fetch-gemma-tokenizer.ts';
import { withQwenTokens } from './with-qwen-tokens.ts';

/**
 * The chat templates that a server can be started with. `own`: the model's own; `gemma-stock`: the
 * rules of Gemma 3's stock template (no tools, roles must alternate); `gemma-pythonic`: the rules of
 * vLLM's tool template for Gemma 3. The last two use the tokens of the model that is served.
 */
export const templateNames = ['own', 'gemma-stock', 'gemma-pythonic'] as const;
export type TemplateName = (typeof templateNames)[number];

/**
 * The path of the Jinja file to start a server with; undefined if the weights hold the template.
 * Gemma 3 270M (base) holds none: its own is Gemma's stock template.
 */
export async function prepareChatTemplate(
  model: ModelName,
  template: TemplateName,
): Promise<string | undefined> {
  if (template === 'own' && model === 'qwen') return undefined;
  const text = template === 'gemma-pythonic' ? await readPythonic() : await readStock();
  const file = join(await cachePath('templates'), `${model}-${template}.jinja`);
  await writeFile(file, model === 'qwen' ? withQwenTokens(text) : text);
  return file;
}

function readPythonic(): Promise<string> {
  const file = join(import.meta.dirname, '..', '..', 'templates', 'gemma-pythonic.jinja');
  return readFile(file, 'utf8');
}

async function readStock(): Promise<string> {
  const file = join(await fetchGemmaTokenizer(), 'tokenizer_config.json');
  const config: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof config === 'object' && config !== null && 'chat_template' in config) {
    if (typeof config.chat_template === 'string') return config.chat_template;
  }
  throw new LaneError(
    'template_invalid',
    `"${file}" holds no chat template. Delete its folder and run this again.`,
  );
}
