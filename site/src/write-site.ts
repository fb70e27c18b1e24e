import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createLlmsTexts } from './create-llms-texts.ts';
import { createSidebar } from './create-sidebar.ts';
import { readPages, repository } from './read-pages.ts';

/**
 * Writes what VitePress reads into `site/pages`, which is not in git: the pages of `docs/` and the README with the links of the
 * site, the sidebar, `llms.txt` and `llms-full.txt`.
 */
const target = join(import.meta.dirname, '../pages');
const { pages, images } = readPages();

rmSync(target, { recursive: true, force: true });
for (const { path, text } of pages) write(path, text);
for (const [address, source] of images) {
  const path = join(target, 'public', address);
  mkdirSync(dirname(path), { recursive: true });
  cpSync(join(repository, source), path);
}
write('sidebar.json', JSON.stringify(createSidebar(pages)));
for (const [name, text] of Object.entries(createLlmsTexts(pages)))
  write(join('public', name), text);

function write(path: string, text: string): void {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}
